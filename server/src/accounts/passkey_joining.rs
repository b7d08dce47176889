//! Following an invitation with a passkey in the place of a password.
//!
//! The place is claimed with a password: a passkey is of no use at another address, and the address
//! of a new place changes often.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Role;

use super::ceremonies::ChallengeOwner;
use super::joining::parse_link;
use super::passkey::{
    Ceremony, CreationOptions, PasskeyUser, RegistrationResponse, UserHandle, UserVerification,
};
use super::username::Username;
use super::{Accounts, Device, SignedIn, refuse};
use crate::names;
use crate::store::{AccountCommand, Actor, NewAccount, NewCredential, QueryClient};

/// The names of somebody who follows an invitation.
#[derive(Clone)]
pub struct NewNames {
    /// The username.
    pub username: String,
    /// The display name.
    pub name: String,
}

/// Names that were checked.
struct CheckedNames {
    username: Username,
    name: String,
}

impl Accounts {
    /// What a browser needs to make the passkey of a new account.
    ///
    /// # Errors
    /// `passkeys_off`, `provider_only`, `link_invalid`, `username_taken`, codes about the names,
    /// `rate_limited`, or the store's.
    pub async fn joining_options(
        &self,
        client: QueryClient,
        invite: &str,
        names: &NewNames,
        device: &Device,
    ) -> Result<CreationOptions, Refusal> {
        let relying_party = self.relying_party().await?;
        let checked = self.check_newcomer(client, invite, names).await?;
        // A device that makes a passkey for nothing keeps it.
        self.count_new_password(&checked.username.key, device.address)?;
        let taken = self
            .store
            .sign_in_record(client, checked.username.key.clone());
        if taken.await.map_err(refuse)?.is_some() {
            return Err(Refusal::new(ErrorCode::UsernameTaken));
        }
        let (ceremony, owner) = (Ceremony::Registration, ChallengeOwner::Anybody);
        let challenge = self.ceremonies.issue(ceremony, owner, device.address)?;
        let user = PasskeyUser {
            handle: &UserHandle::of_challenge(&challenge),
            name: &checked.username.text,
            display_name: &checked.name,
        };
        let verification = UserVerification::Required;
        Ok(CreationOptions::new(
            &relying_party,
            user,
            challenge,
            &[],
            verification,
        ))
    }

    /// Makes an account by an invitation, with the passkey that a browser has made. `actor` is the
    /// guest who becomes the account, or the operator for somebody new.
    ///
    /// # Errors
    /// As [`Accounts::joining_options`], and `passkey_invalid`.
    pub async fn join_by_passkey(
        &self,
        client: QueryClient,
        invite: &str,
        (names, actor): (&NewNames, Actor),
        answer: &RegistrationResponse,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let relying_party = self.relying_party().await?;
        let CheckedNames { username, name } = self.check_newcomer(client, invite, names).await?;
        let registered = self.registered(&relying_party, ChallengeOwner::Anybody, answer)?;
        let handle = UserHandle::of_challenge(&registered.challenge);
        let account = NewAccount {
            username: username.into(),
            name,
            credential: NewCredential::Passkey {
                handle: handle.as_bytes().to_owned(),
                passkey: registered.named(self.passkey_name(None, device)?),
            },
        };
        let invite = parse_link(invite)?.hash();
        self.begin_session(actor, device, |session| AccountCommand::JoinByInvite {
            invite,
            account,
            session,
        })
        .await
    }

    async fn check_newcomer(
        &self,
        client: QueryClient,
        invite: &str,
        names: &NewNames,
    ) -> Result<CheckedNames, Refusal> {
        // An invite makes no owners.
        self.require_other_ways(Role::Member)?;
        let _open = self.account_invitation(client, invite).await?;
        let username = Username::parse(&names.username);
        let username = username.map_err(|_| Refusal::new(ErrorCode::UsernameInvalid))?;
        let name = names::person(&names.name, &self.limits).map_err(crate::chat::refuse_text)?;
        Ok(CheckedNames { username, name })
    }
}
