//! The links that work once: of the owner who claims the place, of who sets a new password, and of
//! who takes a session to another device.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, UserId};

use super::joining::parse_link;
use super::username::Username;
use super::{Accounts, ActingPerson, Device, SignedIn, Token};
use crate::mail::AccountChange;
use crate::store::{
    AccountCommand, Actor, LinkPurpose, LinkTarget, OpenLink, QueryClient, SecondFactorFate, Store,
};

/// Where the page takes the link with which the place is claimed. The secret follows as the
/// fragment, which browsers send to nobody: it is in no log and in no `Referer`.
pub const CLAIM_PATH: &str = "/claim#";
/// Where the page takes a link with which a new password is set.
pub const RESET_PATH: &str = "/reset#";
/// Where the page takes a link that brings a session to another device.
pub const TRANSFER_PATH: &str = "/link#";
const HOUR_MICROS: i64 = 60 * 60 * 1_000_000;
/// How long the link works with which the place is claimed.
const CLAIM_MICROS: i64 = 24 * HOUR_MICROS;
/// How long the others work.
pub(super) const LINK_MICROS: i64 = 4 * HOUR_MICROS;

/// A link that was made. Its secret is known to nobody afterwards.
pub struct MadeLink {
    /// Its path and fragment.
    pub path: String,
    /// When it ends.
    pub expires_at: Micros,
}

/// What somebody types who has a link to set a new password.
pub struct ResetRequest {
    /// The link's secret.
    pub link: String,
    /// The new password.
    pub password: String,
    /// A code of an authenticator app, or a recovery code.
    pub code: Option<String>,
}

impl Accounts {
    /// Makes a link that takes a session to another device of the same person. One that was made
    /// before ends, and this one ends with the session.
    ///
    /// # Errors
    /// `unauthorized` if the session has ended, or the store's.
    pub async fn transfer_link(&self, by: &ActingPerson) -> Result<MadeLink, Refusal> {
        let session = by.token.hash();
        let target = LinkTarget::Transfer { session };
        make_link(self.store.as_ref(), self.clock.now(), by.actor(), target).await
    }

    /// Makes a link with which another person sets a new password; one that was made before ends.
    ///
    /// # Errors
    /// `forbidden`, `no_such_person`, `account_deactivated`, `confirmation_required`, or the
    /// store's.
    pub async fn reset_link_of(
        &self,
        by: &ActingPerson,
        user: UserId,
        second_factor: SecondFactorFate,
    ) -> Result<MadeLink, Refusal> {
        let target = LinkTarget::Reset {
            user,
            by: Some(by.token.hash()),
            second_factor,
        };
        make_link(self.store.as_ref(), self.clock.now(), by.actor(), target).await
    }

    /// What a link is for, and for whom. It is not spent by this.
    ///
    /// # Errors
    /// `link_invalid` alike for all that cannot be used, or the store's.
    pub async fn look_at_link(&self, client: QueryClient, link: &str) -> Result<OpenLink, Refusal> {
        let token = parse_link(link)?;
        let open = self.store.open_link(client, token.hash()).await;
        open.map_err(super::refuse)?
            .ok_or_else(|| Refusal::new(ErrorCode::LinkInvalid))
    }

    /// Begins a session by a link that takes it to this device.
    ///
    /// # Errors
    /// `link_invalid`, or the store's.
    pub async fn sign_in_by_link(&self, link: &str, device: &Device) -> Result<SignedIn, Refusal> {
        let link = parse_link(link)?.hash();
        self.begin_session(Actor::Operator, device, |session| {
            AccountCommand::SignInByLink { link, session }
        })
        .await
    }

    /// Sets a new password by a link. All other sessions and links of the person end.
    ///
    /// # Errors
    /// `link_invalid`, `password_invalid`, `password_weak`, `code_required`, `code_invalid`,
    /// `provider_only` where passwords are for owners, `rate_limited`, or the store's.
    pub async fn reset_password(
        &self,
        client: QueryClient,
        request: ResetRequest,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let invalid = || Refusal::new(ErrorCode::LinkInvalid);
        // Before the password is hashed, which costs much.
        let open = self.look_at_link(client, &request.link).await?;
        let person = open.person.ok_or_else(invalid)?;
        if open.purpose != LinkPurpose::Reset {
            return Err(invalid());
        }
        self.require_other_ways(person.role)?;
        // One link must not keep the server computing.
        let attempt = self.count_reset(person.id, device.address)?;
        let username = person.username.unwrap_or_default();
        let key = Username::parse_any(&username).map_err(|_| invalid())?.key;
        let record = self.store.sign_in_record(client, key).await;
        let totp = record
            .map_err(super::refuse)?
            .and_then(|record| record.totp);
        let second = match totp.filter(|_| open.second_factor == SecondFactorFate::Keep) {
            Some(totp) => Some(self.prove_second(&totp, request.code.as_deref(), attempt)?),
            None => None,
        };
        let place = self.store.place().await.map_err(super::refuse)?;
        let known_words = vec![person.name, place.name, username.clone()];
        let password = self
            .hash_new_password(&request.password, known_words)
            .await?;
        let link = parse_link(&request.link)?.hash();
        let change = match open.second_factor {
            SecondFactorFate::Keep => AccountChange::Password,
            SecondFactorFate::Remove => AccountChange::PasswordAlone,
        };
        let notice = self.notice(person.id, &username, change).await?;
        let reset = |session| {
            notice.with(AccountCommand::ResetPassword {
                link,
                second,
                password,
                session,
            })
        };
        let signed_in = self.begin_session(Actor::Operator, device, reset).await?;
        self.notified(person.id);
        self.attempt_succeeded(attempt);
        Ok(signed_in)
    }
}

/// Makes the link with which the place is claimed; those before it end.
///
/// # Errors
/// `already_claimed`, or the store's.
pub async fn claim_link(store: &dyn Store, now: Micros) -> Result<MadeLink, Refusal> {
    make_link(store, now, Actor::Operator, LinkTarget::Claim).await
}

/// Makes a link with which a person sets a new password, for the operator; one that was made
/// before ends.
///
/// # Errors
/// `forbidden` for who has no username, `no_such_person`, `account_deactivated`, or the store's.
pub async fn reset_link(
    store: &dyn Store,
    now: Micros,
    user: UserId,
    second_factor: SecondFactorFate,
) -> Result<MadeLink, Refusal> {
    let target = LinkTarget::Reset {
        user,
        by: None,
        second_factor,
    };
    make_link(store, now, Actor::Operator, target).await
}

async fn make_link(
    store: &dyn Store,
    now: Micros,
    by: Actor,
    target: LinkTarget,
) -> Result<MadeLink, Refusal> {
    let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    let (path, micros) = match target {
        LinkTarget::Claim => (CLAIM_PATH, CLAIM_MICROS),
        LinkTarget::Reset { .. } => (RESET_PATH, LINK_MICROS),
        LinkTarget::Transfer { .. } => (TRANSFER_PATH, LINK_MICROS),
    };
    let expires_at = Micros(now.0.saturating_add(micros));
    let command = AccountCommand::CreateLink {
        token: token.hash(),
        target,
        expires_at,
    };
    super::carry_out(store, by, command).await?;
    Ok(MadeLink {
        path: format!("{path}{}", token.secret()),
        expires_at,
    })
}
