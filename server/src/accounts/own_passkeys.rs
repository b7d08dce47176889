//! Signing in with a passkey, and the passkeys that a person has.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;

use super::ceremonies::ChallengeOwner;
use super::passkey::{
    AuthenticationResponse, Ceremony, CreationOptions, PasskeyUser, RegistrationResponse,
    RequestOptions, UserHandle, UserVerification,
};
use super::{Accounts, ActingPerson, Device, Provider, SignedIn, carry_out, refuse};
use crate::mail::AccountChange;
use crate::names;
use crate::store::{
    AccountCommand, Actor, MAX_PASSKEYS, OwnPasskeys, PasskeyRow, QueryClient, Viewer,
};

/// The name of a passkey whose device is not known.
const UNNAMED: &str = "Passkey";

impl Accounts {
    /// What a browser needs to sign somebody in with any passkey.
    ///
    /// # Errors
    /// `passkeys_off`, `rate_limited`, or the store's.
    pub async fn sign_in_options(&self, device: &Device) -> Result<RequestOptions, Refusal> {
        let relying_party = self.relying_party().await?;
        let (ceremony, owner) = (Ceremony::Authentication, ChallengeOwner::Anybody);
        let challenge = self.ceremonies.issue(ceremony, owner, device.address)?;
        let verification = UserVerification::Required;
        Ok(RequestOptions::new(
            &relying_party,
            challenge,
            &[],
            verification,
        ))
    }

    /// Signs in with a passkey, which also says who it is.
    ///
    /// # Errors
    /// `wrong_credentials`, `account_deactivated` and `provider_only` (said only to who holds the
    /// passkey), `passkeys_off`, or the store's.
    pub async fn sign_in_by_passkey(
        &self,
        client: QueryClient,
        answer: &AuthenticationResponse,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let owner = ChallengeOwner::Anybody;
        let proven = self.prove_passkey(client, owner, answer).await?;
        self.require_other_ways(proven.role)?;
        let proof = proven.proof;
        self.begin_session(Actor::User(proven.user), device, |session| {
            AccountCommand::SignIn { proof, session }
        })
        .await
    }

    /// A person's passkeys.
    ///
    /// # Errors
    /// The store's.
    pub async fn passkeys(&self, viewer: Viewer) -> Result<OwnPasskeys, Refusal> {
        self.store.passkeys(viewer).await.map_err(refuse)
    }

    /// What a browser needs to make a passkey of the person.
    ///
    /// # Errors
    /// `forbidden` for a guest, `too_many`, `passkeys_off`, `rate_limited`, or the store's.
    pub async fn new_passkey_options(
        &self,
        who: &ActingPerson,
    ) -> Result<CreationOptions, Refusal> {
        let Some(username) = &who.person.username else {
            return Err(Refusal::new(ErrorCode::Forbidden));
        };
        let relying_party = self.relying_party().await?;
        let own = self.with_handle(who).await?;
        if own.passkeys.len() >= MAX_PASSKEYS {
            return Err(Refusal::new(ErrorCode::TooMany));
        }
        let handle = own.handle.as_deref().and_then(UserHandle::from_bytes);
        let handle = handle.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let existing = own.passkeys.into_iter().map(|row| row.passkey);
        let here = existing.filter(|passkey| passkey.relying_party == relying_party.id());
        let existing: Vec<_> = here.map(|passkey| passkey.credential).collect();
        let owner = ChallengeOwner::Session(who.token.hash());
        let challenge = self
            .ceremonies
            .issue(Ceremony::Registration, owner, who.address)?;
        let user = PasskeyUser {
            handle: &handle,
            name: username,
            display_name: &who.person.name,
        };
        let verification = UserVerification::Required;
        Ok(CreationOptions::new(
            &relying_party,
            user,
            challenge,
            &existing,
            verification,
        ))
    }

    /// The person's passkeys, with a handle by which they know the person.
    async fn with_handle(&self, who: &ActingPerson) -> Result<OwnPasskeys, Refusal> {
        let own = self.passkeys(who.viewer()).await?;
        if own.handle.is_some() {
            return Ok(own);
        }
        let handle = UserHandle::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let handle = handle.as_bytes().to_owned();
        let command = AccountCommand::StoreUserHandle { handle };
        self.change_own(who, command).await?;
        // Another request may have stored one before.
        self.passkeys(who.viewer()).await
    }

    /// Adds the passkey that a browser has made. Without a name it is called after the device.
    ///
    /// # Errors
    /// `passkey_invalid`, `too_many`, `confirmation_required`, codes about the name, `passkeys_off`, or the store's.
    pub async fn add_passkey(
        &self,
        who: &ActingPerson,
        answer: &RegistrationResponse,
        name: Option<&str>,
        device: &Device,
    ) -> Result<PasskeyRow, Refusal> {
        let name = self.passkey_name(name, device)?;
        let relying_party = self.relying_party().await?;
        let owner = ChallengeOwner::Session(who.token.hash());
        let registered = self.registered(&relying_party, owner, answer)?;
        let passkey = registered.named(name);
        let credential = passkey.credential.clone();
        let session = who.token.hash();
        let notice = self.notice_to(who, AccountChange::PasskeyAdded).await?;
        let command = notice.with(AccountCommand::AddPasskey { session, passkey });
        self.change_own(who, command).await?;
        self.notified(who.person.id);
        let own = self.passkeys(who.viewer()).await?;
        let mut passkeys = own.passkeys.into_iter();
        let added = passkeys.find(|row| row.passkey.credential == credential);
        // Another session may have removed it already.
        added.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
    }

    pub(super) fn passkey_name(
        &self,
        name: Option<&str>,
        device: &Device,
    ) -> Result<String, Refusal> {
        let name = match name {
            Some(name) => name.to_owned(),
            None if device.name.is_empty() => UNNAMED.to_owned(),
            // What a program calls itself may be longer than a name.
            None => device.name.chars().take(self.limits.name_chars).collect(),
        };
        names::room(&name, &self.limits).map_err(crate::chat::refuse_text)
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// `not_found` if the person has no such passkey, codes about the name, or the store's.
    pub async fn rename_passkey(
        &self,
        who: &ActingPerson,
        credential: Vec<u8>,
        name: &str,
    ) -> Result<(), Refusal> {
        let name = names::room(name, &self.limits).map_err(crate::chat::refuse_text)?;
        let command = AccountCommand::RenamePasskey { credential, name };
        self.change_own(who, command).await
    }

    /// Removes a passkey. It is no error if it is removed already.
    ///
    /// # Errors
    /// `last_credential`, `confirmation_required`, or the store's.
    pub async fn remove_passkey(
        &self,
        who: &ActingPerson,
        credential: Vec<u8>,
    ) -> Result<(), Refusal> {
        let session = who.token.hash();
        let notice = self.notice_to(who, AccountChange::PasskeyRemoved).await?;
        let command = notice.with(AccountCommand::RemovePasskey {
            session,
            credential,
            provider: self.provider().map(Provider::issuer),
        });
        self.change_own(who, command).await?;
        self.notified(who.person.id);
        Ok(())
    }

    /// What a browser needs to confirm a session with a passkey of its person.
    ///
    /// # Errors
    /// `passkeys_off`, `rate_limited`, or the store's.
    pub async fn confirmation_options(
        &self,
        who: &ActingPerson,
    ) -> Result<RequestOptions, Refusal> {
        let relying_party = self.relying_party().await?;
        let own = self.passkeys(who.viewer()).await?;
        let own: Vec<_> = own
            .passkeys
            .into_iter()
            .map(|row| row.passkey.credential)
            .collect();
        let owner = ChallengeOwner::Session(who.token.hash());
        let challenge = self
            .ceremonies
            .issue(Ceremony::Authentication, owner, who.address)?;
        let verification = UserVerification::Required;
        Ok(RequestOptions::new(
            &relying_party,
            challenge,
            &own,
            verification,
        ))
    }

    /// Proves by a passkey that the person of a session is there; returns until when that counts.
    ///
    /// # Errors
    /// `wrong_credentials`, `passkeys_off`, or the store's.
    pub async fn confirm_by_passkey(
        &self,
        who: &ActingPerson,
        answer: &AuthenticationResponse,
    ) -> Result<Micros, Refusal> {
        let owner = ChallengeOwner::Session(who.token.hash());
        let proven = self.prove_passkey(who.client(), owner, answer).await?;
        // The commit refuses the passkey of somebody else.
        self.confirm(who, proven.proof).await
    }

    async fn change_own(&self, who: &ActingPerson, command: AccountCommand) -> Result<(), Refusal> {
        let changed = carry_out(self.store.as_ref(), who.actor(), command).await;
        changed.map(drop)
    }
}
