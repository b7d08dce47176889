//! Accounts, how one gets one, and sessions.
//!
//! A session is a random token that only its holder knows; the store has its hash. Nothing
//! here knows how a token is sent (as a cookie or a bearer token): that is the transport's
//! part.

mod acting_person;
mod audit;
mod ceremonies;
mod credentials;
mod device;
mod encoding;
mod forgotten_password;
mod inviting;
mod joining;
mod links;
mod mail_limits;
mod mailed_invite;
mod managing;
mod notices;
pub mod oidc;
mod own_data;
mod own_mail_address;
mod own_passkeys;
pub mod passkey;
mod passkey_joining;
mod passkey_proof;
pub mod password;
mod password_proof;
mod place;
mod profile;
mod proposed_names;
mod provider;
mod provider_sign_in;
pub mod qr;
pub mod recovery_codes;
mod reset_mail_queue;
mod running_exports;
mod second_factor;
mod sign_up;
mod signed_in;
mod signing_in;
pub mod throttle;
mod token;
pub mod totp;
pub mod username;

use std::sync::Arc;
use std::time::Duration;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::limits::Limits;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::mail::Mailer;
use crate::names;
use crate::network_limiter::NetworkLimiter;
use crate::store::{
    AccountCommand, Actor, NewSession, Outcome, Place, QueryClient, Reply, Session,
    SessionSelector, Store, StoreError, Viewer, WriteCommand, WriteRequest,
};
use crate::token_bucket::Rate;
pub use acting_person::ActingPerson;
pub use audit::AuditReader;
use ceremonies::Ceremonies;
pub use device::Device;
pub use inviting::{InviteRequest, JOIN_PATH, create_invite};
pub use joining::{AccountRequest, newcomer};
pub use links::{MadeLink, ResetRequest, claim_link, reset_link};
use mail_limits::MailLimits;
pub use mailed_invite::{InviteMail, mail_invite};
pub use managing::{delete_person, find_person, list_people};
pub use own_data::{OwnData, OwnMessageReader};
pub use passkey_joining::NewNames;
use password::{PasswordError, PasswordHasher};
pub use place::place_name;
pub use profile::ProfileRequest;
pub use provider::{Provider, ProviderPolicy};
pub use provider_sign_in::{NotReturned, Returned};
pub use reset_mail_queue::{ResetMailQueue, ResetMailRequests};
use running_exports::RunningExports;
pub use second_factor::TotpOffer;
pub use sign_up::SignedUp;
pub use signed_in::SignedIn;
pub use signing_in::PasswordSignIn;
use throttle::SignInThrottle;
pub use token::Token;

/// People and their sessions.
pub struct Accounts {
    store: Arc<dyn Store>,
    limits: Limits,
    guests: bool,
    /// The host under which people know the server: no part of a good password.
    host: Option<String>,
    clock: Clock,
    provider: Option<Provider>,
    hasher: PasswordHasher,
    throttle: SignInThrottle,
    exports: RunningExports,
    ceremonies: Ceremonies,
    sign_ups: NetworkLimiter,
    meterings: NetworkLimiter,
    mailer: Option<Arc<Mailer>>,
    mail_limits: MailLimits,
    reset_mails: ResetMailRequests,
}

/// A session's use is stored at most once in this time, in microseconds.
const TOUCH_INTERVAL: i64 = 60 * 60 * 1_000_000;
/// How many people of one address may ask for an account, and of all addresses together.
const SIGN_UP_RATE: Rate = Rate::per(Duration::from_hours(1), 6, 12);
const SIGN_UP_TOTAL: Rate = Rate::per(Duration::from_hours(1), 120, 240);
/// How often passwords are judged while they are typed, of one address and of all together: one may
/// take a seventh of a second.
const METERING_RATE: Rate = Rate::per_second(1, 60);
const METERING_TOTAL: Rate = Rate::per_second(10, 200);
/// The time to wait when too many passwords wait to be hashed, in milliseconds.
const BUSY_RETRY_MS: u64 = 2_000;

/// What decides about accounts besides the store.
pub struct AccountsConfig {
    /// The limits for names.
    pub limits: Limits,
    /// Whether anybody may get a guest account.
    pub guests: bool,
    /// The host under which people know the server.
    pub host: Option<String>,
    /// The origin of the server's page.
    pub page_origin: String,
    /// The identity provider, if people come by one.
    pub provider: Option<Provider>,
    /// What writes mails, if the server sends any.
    pub mailer: Option<Arc<Mailer>>,
    /// Where requests for a new password by mail wait.
    pub reset_mails: ResetMailRequests,
}

impl Accounts {
    /// Accounts in this store.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn new(
        store: Arc<dyn Store>,
        config: AccountsConfig,
        clock: Clock,
    ) -> Result<Self, PasswordError> {
        let AccountsConfig {
            limits,
            guests,
            host,
            page_origin,
            provider,
            mailer,
            reset_mails,
        } = config;
        Ok(Accounts {
            store,
            limits,
            guests,
            host,
            provider,
            hasher: PasswordHasher::new()?,
            throttle: SignInThrottle::default(),
            exports: RunningExports::default(),
            sign_ups: NetworkLimiter::new(SIGN_UP_RATE, SIGN_UP_TOTAL),
            meterings: NetworkLimiter::new(METERING_RATE, METERING_TOTAL),
            ceremonies: Ceremonies::new(&page_origin, clock.clone()),
            mailer,
            mail_limits: MailLimits::default(),
            reset_mails,
            clock,
        })
    }

    /// Whether anybody may get a guest account.
    pub fn admits_guests(&self) -> bool {
        self.guests
    }

    /// Creates a guest with this name, and a first session.
    ///
    /// `take` counts a new guest. What is refused before does not count: nobody can use up what others
    /// of the same address need, without making guests.
    ///
    /// # Errors
    /// `guests_off`, a code about the name, what `take` refuses, or the store's.
    pub async fn create_guest(
        &self,
        name: &str,
        device: &Device,
        take: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<SignedIn, Refusal> {
        if !self.guests {
            return Err(Refusal::new(ErrorCode::GuestsOff));
        }
        let name = names::person(name, &self.limits).map_err(crate::chat::refuse_text)?;
        take()?;
        self.begin_session(Actor::Operator, device, |session| {
            AccountCommand::CreateGuest { name, session }
        })
        .await
    }

    /// The session of a token.
    ///
    /// # Errors
    /// `unauthorized` if there is no such session, or the store's.
    pub async fn authenticate(
        &self,
        client: QueryClient,
        token: &Token,
    ) -> Result<Session, Refusal> {
        let session = self
            .store
            .session(client, token.hash())
            .await
            .map_err(refuse)?
            .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?;
        if self.clock.now().0 - session.used_at.0 > TOUCH_INTERVAL {
            let token = token.hash();
            // The person is authenticated even if this fails.
            let touch = WriteCommand::from(AccountCommand::TouchSession { token });
            let _touched = self.store.carry_out(touch).await;
        }
        Ok(session)
    }

    /// The place.
    ///
    /// # Errors
    /// The store's.
    pub async fn place(&self) -> Result<Place, Refusal> {
        self.store.place().await.map_err(refuse)
    }

    /// Ends a session. It is no error if it has ended already.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_session(&self, token: &Token) -> Result<(), Refusal> {
        let session = SessionSelector::Token(token.hash());
        self.end_as(Actor::Operator, session).await
    }

    async fn end_as(&self, by: Actor, sessions: SessionSelector) -> Result<(), Refusal> {
        let command = AccountCommand::EndSessions(sessions);
        carry_out(self.store.as_ref(), by, command).await.map(drop)
    }

    /// Carries out a command that begins a session on a device.
    async fn begin_session(
        &self,
        actor: Actor,
        device: &Device,
        command: impl FnOnce(NewSession) -> AccountCommand,
    ) -> Result<SignedIn, Refusal> {
        let (token, session) = Self::new_session(device)?;
        let outcome = carry_out(self.store.as_ref(), actor, command(session)).await?;
        let person = outcome.into_person();
        let person = person.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        Ok(SignedIn { person, token })
    }

    /// A session that begins on a device, and its token.
    fn new_session(device: &Device) -> Result<(Token, NewSession), Refusal> {
        let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let session = NewSession {
            token: token.hash(),
            device: device.name.clone(),
            network: Some(device.address.to_string()),
            external: None,
        };
        Ok((token, session))
    }
}

/// Carries out a command of somebody, and waits until it is durable.
async fn carry_out(
    store: &dyn Store,
    actor: Actor,
    command: AccountCommand,
) -> Result<Outcome, Refusal> {
    let (sender, receiver) = oneshot::channel();
    // The caller may have gone meanwhile; then nobody needs the result.
    let reply = Reply::new(move |result| drop(sender.send(result)));
    let request = WriteRequest {
        actor,
        ..WriteRequest::of_operator(WriteCommand::from(command), reply)
    };
    store.submit(request).await;
    let result = receiver.await.unwrap_or(Err(StoreError::Closed));
    result.map_err(refuse)
}

/// The refusal that the client gets for an error of the store.
/// The person who asks for something of the own account.
///
/// # Errors
/// `unauthorized` for who has no session.
fn person_of(viewer: Viewer) -> Result<UserId, Refusal> {
    viewer.require_user().map_err(Refusal::new)
}

fn refuse(error: StoreError) -> Refusal {
    error.into_refusal()
}

/// The refusal that the client gets for a password.
fn password_refusal(error: PasswordError) -> Refusal {
    match error {
        PasswordError::TooShort | PasswordError::TooLong => {
            Refusal::new(ErrorCode::PasswordInvalid)
        }
        PasswordError::Busy => Refusal {
            retry_after_ms: Some(BUSY_RETRY_MS),
            ..Refusal::new(ErrorCode::RateLimited)
        },
        PasswordError::Stored | PasswordError::Failed => {
            tracing::error!(%error, "a password could not be checked");
            Refusal::new(ErrorCode::StorageFailed)
        }
    }
}
