//! Signing in with a password, and the sessions that a person has.

use shared::frame::Refusal;

use super::password_proof::PasswordAttempt;
use super::username::Username;
use super::{Accounts, Device, SignedIn, Token, person_of};
use crate::store::{
    AccountCommand, Actor, ListedSession, QueryClient, SessionId, SessionSelector, Viewer,
};

/// What somebody types to sign in.
#[derive(Clone)]
pub struct PasswordSignIn {
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
    /// A code of an authenticator app, or a recovery code.
    pub code: Option<String>,
}

impl Accounts {
    /// Signs in with a password. An unknown name is answered as a wrong password is, and takes as
    /// long.
    ///
    /// # Errors
    /// `wrong_credentials`; said only to who knows the password `account_deactivated`,
    /// `code_required` and `code_invalid`; `provider_only` where passwords are for owners,
    /// `rate_limited` with the time to wait, or the store's.
    pub async fn sign_in_by_password(
        &self,
        client: QueryClient,
        request: PasswordSignIn,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        // A text that can be nobody's username is looked for all the same.
        let key = Username::parse_any(&request.username)
            .map_or_else(|_| request.username.trim().to_owned(), |name| name.key);
        let attempt = PasswordAttempt {
            key,
            password: &request.password,
            code: request.code.as_deref(),
            address: device.address,
        };
        let proved = self.prove_password(client, attempt).await?;
        self.require_other_ways(proved.role)?;
        let (actor, proof) = (Actor::User(proved.user), proved.proof);
        let signed_in = self
            .begin_session(actor, device, |session| AccountCommand::SignIn {
                proof,
                session,
            })
            .await?;
        self.attempt_succeeded(proved.attempt);
        Ok(signed_in)
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
        let user = person_of(viewer)?;
        self.end_as(Actor::User(user), SessionSelector::Id { user, id })
            .await
    }

    /// Ends all of a person's sessions but this one.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_other_sessions(&self, viewer: Viewer, keep: &Token) -> Result<(), Refusal> {
        let (user, keep) = (person_of(viewer)?, Some(keep.hash()));
        self.end_as(Actor::User(user), SessionSelector::AllBut { user, keep })
            .await
    }
}
