//! Signing in with a password, and the sessions that a person has.

use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;

use super::throttle::{AccountKey, AddressOfAttempt};
use super::username::Username;
use super::{Accounts, Device, SignedIn, Token, password_refusal};
use crate::accounts::password::Verification;
use crate::store::{
    AccountCommand, Actor, ListedSession, QueryClient, SessionId, SessionSelector, SignInProof,
    SignInRecord, Viewer,
};

/// What somebody types to sign in.
#[derive(Clone)]
pub struct PasswordSignIn {
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
}

impl Accounts {
    /// Signs in with a password. An unknown name is answered as a wrong password is, and takes as
    /// long.
    ///
    /// # Errors
    /// `wrong_credentials`, `account_deactivated` (said only to who knows the password),
    /// `provider_only` where passwords are for owners, `rate_limited` with the time to wait, or the
    /// store's.
    pub async fn sign_in_by_password(
        &self,
        client: QueryClient,
        request: PasswordSignIn,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let wrong = || Refusal::new(ErrorCode::WrongCredentials);
        // A text that can be nobody's username is looked for all the same.
        let key = Username::parse_any(&request.username)
            .map_or_else(|_| request.username.trim().to_owned(), |name| name.key);
        let account = AccountKey::of(&key);
        let record = self.store.sign_in_record(client, key).await;
        let record = record.map_err(super::refuse)?;
        self.begin_attempt(account, record.as_ref(), device).await?;
        let stored = record.as_ref().and_then(|record| record.password.clone());
        let phc = stored.as_ref().map(|hash| hash.0.clone());
        let found = self.hasher.verify(phc, &request.password).await;
        let is_right = found.map_err(password_refusal)? != Verification::Wrong;
        let (Some(record), Some(verified), true) = (record, stored, is_right) else {
            return Err(wrong());
        };
        if record.is_deactivated {
            return Err(Refusal::new(ErrorCode::AccountDeactivated));
        }
        self.require_other_ways(record.role)?;
        let user = record.user;
        let signed_in = self
            .begin_session(Actor::User(user), device, |session| {
                AccountCommand::SignIn {
                    proof: SignInProof::Password { user, verified },
                    session,
                }
            })
            .await?;
        self.throttle.succeeded(account, device.address);
        Ok(signed_in)
    }

    /// Counts an attempt. Somebody who is signed in at the same address is not kept out by the
    /// attempts of strangers elsewhere.
    async fn begin_attempt(
        &self,
        account: AccountKey,
        record: Option<&SignInRecord>,
        device: &Device,
    ) -> Result<(), Refusal> {
        // Also of a name that nobody has: the time of the answer must not tell them apart.
        let user = record.map_or(UserId(0), |record| record.user);
        let sessions = self.store.sessions(Viewer { user }).await;
        let sessions = sessions.map_err(super::refuse)?;
        let here = device.address.to_string();
        let is_known = sessions
            .iter()
            .any(|session| session.network.as_deref() == Some(&*here));
        let kind = if is_known {
            AddressOfAttempt::Known
        } else {
            AddressOfAttempt::Unknown
        };
        self.throttle
            .begin(account, device.address, kind, Instant::now())
            .map_err(crate::chat::rate_limits::refuse_until)
    }

    /// A person's sessions.
    ///
    /// # Errors
    /// The store's.
    pub async fn sessions(&self, viewer: Viewer) -> Result<Vec<ListedSession>, Refusal> {
        self.store.sessions(viewer).await.map_err(super::refuse)
    }

    /// Ends one of a person's sessions. It is no error if it has ended already.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_session_of(&self, viewer: Viewer, id: SessionId) -> Result<(), Refusal> {
        let user = viewer.user;
        self.end(SessionSelector::Id { user, id }).await
    }

    /// Ends all of a person's sessions but this one.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_other_sessions(&self, viewer: Viewer, keep: &Token) -> Result<(), Refusal> {
        self.end(SessionSelector::AllBut {
            user: viewer.user,
            keep: Some(keep.hash()),
        })
        .await
    }
}
