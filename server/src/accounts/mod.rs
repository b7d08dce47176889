//! Accounts and sessions. For now all accounts are guests.
//!
//! A session is a random token that only its holder knows; the store has its hash. Nothing
//! here knows how a token is sent (as a cookie or a bearer token): that is the transport's
//! part.

mod encoding;
pub mod passkey;
pub mod password;
pub mod qr;
pub mod recovery_codes;
pub mod throttle;
mod token;
pub mod totp;
pub mod username;

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::model::Profile;

use crate::clock::Clock;
use crate::names;
use crate::store::{QueryClient, Store, StoreError, WriteCommand};
pub use token::Token;

/// People and their sessions.
pub struct Accounts {
    store: Arc<dyn Store>,
    limits: Limits,
    guests: bool,
    clock: Clock,
}

/// A session's use is stored at most once in this time, in microseconds.
const TOUCH_INTERVAL: i64 = 24 * 60 * 60 * 1_000_000;

impl Accounts {
    /// Accounts in this store. `guests` says whether anybody may get a guest account.
    pub fn new(store: Arc<dyn Store>, limits: Limits, guests: bool, clock: Clock) -> Self {
        Accounts {
            store,
            limits,
            guests,
            clock,
        }
    }

    /// Creates a guest with this name, and a first session.
    ///
    /// # Errors
    /// `guests_off`, a code about the name, or the store's.
    pub async fn create_guest(&self, name: &str) -> Result<(Profile, Token), Refusal> {
        if !self.guests {
            return Err(Refusal::new(ErrorCode::GuestsOff));
        }
        let name = names::person(name, &self.limits).map_err(crate::chat::refuse_text)?;
        let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let command = WriteCommand::CreateGuest {
            name,
            token: token.hash(),
        };
        let outcome = self
            .store
            .carry_out(command)
            .await
            .map_err(StoreError::into_refusal)?;
        let user = outcome
            .into_person()
            .ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        Ok((user, token))
    }

    /// The person whose session a token is.
    ///
    /// # Errors
    /// `unauthorized` if there is no such session, or the store's.
    pub async fn authenticate(
        &self,
        client: QueryClient,
        token: &Token,
    ) -> Result<Profile, Refusal> {
        let session = self
            .store
            .session(client, token.hash())
            .await
            .map_err(StoreError::into_refusal)?
            .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?;
        if self.clock.now().0 - session.used_at.0 > TOUCH_INTERVAL {
            let token = token.hash();
            // The person is authenticated even if this fails.
            let _touched = self
                .store
                .carry_out(WriteCommand::TouchSession { token })
                .await;
        }
        Ok(session.person)
    }

    /// Ends a session. It is no error if it has ended already.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_session(&self, token: &Token) -> Result<(), Refusal> {
        let command = WriteCommand::EndSession {
            token: token.hash(),
        };
        self.store
            .carry_out(command)
            .await
            .map_err(StoreError::into_refusal)?;
        Ok(())
    }
}
