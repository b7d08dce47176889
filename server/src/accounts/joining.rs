//! How somebody comes in by a link: gets an account by the one with which the owner claims the place,
//! or by an invitation; or as a guest of one room. A guest may become the account, and keeps what was
//! written.

use std::net::IpAddr;
use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::{Profile, Role};

use super::password::{Strength, normalize_new};
use super::username::Username;
use super::{Accounts, Device, SignedIn, Token, password_refusal, place_name};
use crate::chat::rate_limits::refuse_until;
use crate::names;
use crate::store::{
    AccountCommand, Actor, LinkPurpose, NewAccount, NewCredential, OpenInvite, PasswordHash,
    QueryClient, UsernameKeys,
};

/// What somebody types to get an account.
#[derive(Clone)]
pub struct AccountRequest {
    /// The username, with which to sign in.
    pub username: String,
    /// The display name.
    pub name: String,
    /// The password.
    pub password: String,
    /// The guest who becomes the account; none for somebody new.
    pub guest: Option<Profile>,
}

impl AccountRequest {
    /// On whose behalf the account is made.
    ///
    /// # Errors
    /// `forbidden` for who has an account already.
    fn actor(&self) -> Result<Actor, Refusal> {
        newcomer(self.guest.as_ref())
    }
}

/// What somebody typed to get an account, once it was checked.
pub(super) struct CheckedAccount {
    pub(super) username: UsernameKeys,
    pub(super) name: String,
    pub(super) password: PasswordHash,
}

impl CheckedAccount {
    pub(super) fn into_account(self) -> NewAccount {
        NewAccount {
            username: self.username,
            name: self.name,
            credential: NewCredential::Password(self.password),
        }
    }
}

impl Accounts {
    /// Makes the first account, which owns the place, and names the place.
    ///
    /// # Errors
    /// `link_invalid`, `already_claimed`, `forbidden` for who has an account already, codes about
    /// the texts and the password, or the store's.
    pub async fn claim(
        &self,
        client: QueryClient,
        link: &str,
        place: &str,
        request: AccountRequest,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let link = parse_link(link)?;
        // Before the password is hashed, which costs much.
        let open = self
            .store
            .open_link(client, link.hash())
            .await
            .map_err(super::refuse)?;
        if open.is_none_or(|open| open.purpose != LinkPurpose::Claim) {
            return Err(Refusal::new(ErrorCode::LinkInvalid));
        }
        let place = place_name(place, &self.limits)?;
        let actor = request.actor()?;
        let account = self.new_account(client, request, &place, device).await?;
        self.begin_session(actor, device, |session| AccountCommand::Claim {
            link: link.hash(),
            place,
            account,
            session,
        })
        .await
    }

    /// What an invitation offers.
    ///
    /// # Errors
    /// `link_invalid` alike for all that cannot be used, or the store's.
    pub async fn invitation(
        &self,
        client: QueryClient,
        invite: &str,
    ) -> Result<OpenInvite, Refusal> {
        let invite = parse_link(invite)?;
        let open = self.store.open_invite(client, invite.hash()).await;
        open.map_err(super::refuse)?
            .ok_or_else(|| Refusal::new(ErrorCode::LinkInvalid))
    }

    /// What an invitation offers that makes an account.
    ///
    /// # Errors
    /// As [`Accounts::invitation`]; `forbidden` for one that lets a guest in.
    pub(super) async fn account_invitation(
        &self,
        client: QueryClient,
        invite: &str,
    ) -> Result<OpenInvite, Refusal> {
        let open = self.invitation(client, invite).await?;
        if open.role == Role::Guest {
            return Err(Refusal::new(ErrorCode::Forbidden));
        }
        Ok(open)
    }

    /// Lets a guest in to the one room of an invitation. It works also where guests are off: the
    /// link permits it.
    ///
    /// `take` counts a new guest, as for [`Accounts::create_guest`].
    ///
    /// # Errors
    /// `link_invalid`, `forbidden` for an invitation that makes an account, a code about the name,
    /// what `take` refuses, or the store's.
    pub async fn join_as_guest(
        &self,
        client: QueryClient,
        invite: &str,
        name: &str,
        device: &Device,
        take: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<SignedIn, Refusal> {
        if self.invitation(client, invite).await?.role != Role::Guest {
            return Err(Refusal::new(ErrorCode::Forbidden));
        }
        let invite = parse_link(invite)?.hash();
        let name = names::person(name, &self.limits).map_err(crate::chat::refuse_text)?;
        take()?;
        self.begin_session(Actor::Operator, device, |session| {
            AccountCommand::JoinAsGuest {
                invite,
                name,
                session,
            }
        })
        .await
    }

    /// Makes an account by an invitation.
    ///
    /// # Errors
    /// `provider_only`, `link_invalid`, `username_taken`, `forbidden` for who has an account already,
    /// codes about the texts and the password, or the store's.
    pub async fn join(
        &self,
        client: QueryClient,
        invite: &str,
        request: AccountRequest,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        // An invite makes no owners, and with a password nobody else could come in again.
        self.require_other_ways(Role::Member)?;
        let invite_token = parse_link(invite)?;
        let _open = self.account_invitation(client, invite).await?;
        let place = self.store.place().await.map_err(super::refuse)?;
        let actor = request.actor()?;
        let account = self
            .new_account(client, request, &place.name, device)
            .await?;
        self.begin_session(actor, device, |session| AccountCommand::JoinByInvite {
            invite: invite_token.hash(),
            account,
            session,
        })
        .await
    }

    /// As [`Accounts::checked_account`].
    async fn new_account(
        &self,
        client: QueryClient,
        request: AccountRequest,
        place: &str,
        device: &Device,
    ) -> Result<NewAccount, Refusal> {
        let checked = self.checked_account(client, request, place, device);
        checked.await.map(CheckedAccount::into_account)
    }

    /// Checks what somebody typed, and hashes the password.
    pub(super) async fn checked_account(
        &self,
        client: QueryClient,
        request: AccountRequest,
        place: &str,
        device: &Device,
    ) -> Result<CheckedAccount, Refusal> {
        let AccountRequest {
            username,
            name,
            password,
            guest: _,
        } = request;
        let username =
            Username::parse(&username).map_err(|_| Refusal::new(ErrorCode::UsernameInvalid))?;
        let name = names::person(&name, &self.limits).map_err(crate::chat::refuse_text)?;
        // Before anything that costs much: one link must not keep the server computing.
        self.count_new_password(&username.key, device.address)?;
        let taken = self.store.sign_in_record(client, username.key.clone());
        if taken.await.map_err(super::refuse)?.is_some() {
            return Err(Refusal::new(ErrorCode::UsernameTaken));
        }
        let known_words = vec![username.text.clone(), name.clone(), place.to_owned()];
        let hash = self.hash_new_password(&password, known_words).await?;
        Ok(CheckedAccount {
            username: username.into(),
            name,
            password: hash,
        })
    }

    /// Judges a password that somebody is typing, with what they have typed as their names.
    ///
    /// # Errors
    /// `password_invalid` if it is too long, `rate_limited` if too many are judged, or the store's.
    pub async fn password_strength(
        &self,
        password: &str,
        mut known_words: Vec<String>,
        from: IpAddr,
    ) -> Result<Strength, Refusal> {
        self.meterings
            .take(from, 1, Instant::now())
            .map_err(refuse_until)?;
        let place = self.store.place().await.map_err(super::refuse)?;
        known_words.push(place.name);
        known_words.extend(self.host.clone());
        let strength = self.hasher.meter(password, known_words).await;
        strength.map_err(password_refusal)
    }

    /// Hashes a password that is strong enough.
    pub(super) async fn hash_new_password(
        &self,
        password: &str,
        mut known_words: Vec<String>,
    ) -> Result<PasswordHash, Refusal> {
        known_words.extend(self.host.clone());
        // Its length first: somebody who types too little shall read that.
        normalize_new(password).map_err(password_refusal)?;
        let strength = self.hasher.strength(password, known_words).await;
        if !strength.map_err(password_refusal)?.acceptable() {
            return Err(Refusal::new(ErrorCode::PasswordWeak));
        }
        let hash = self.hasher.hash(password).await;
        hash.map(PasswordHash).map_err(password_refusal)
    }
}

/// On whose behalf an account is made: of a guest who becomes it, or of somebody new.
///
/// # Errors
/// `forbidden` for who has an account already.
pub fn newcomer(guest: Option<&Profile>) -> Result<Actor, Refusal> {
    match guest {
        None => Ok(Actor::Operator),
        Some(person) if person.role == Role::Guest => Ok(Actor::User(person.id)),
        Some(_) => Err(Refusal::new(ErrorCode::Forbidden)),
    }
}

/// The secret of a link; one that is malformed is as invalid as one that has ended.
pub(super) fn parse_link(text: &str) -> Result<Token, Refusal> {
    Token::parse(text).ok_or_else(|| Refusal::new(ErrorCode::LinkInvalid))
}
