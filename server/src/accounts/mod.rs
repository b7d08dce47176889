//! Who someone is: guests for now, and the sessions that prove it.
//!
//! A session is a random token that only its holder knows; the store keeps its hash.
//! Nothing here knows how a token travels (a cookie, a bearer token): that is the
//! transport's affair.

mod token;

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::model::Profile;

use crate::clock::Clock;
use crate::names;
use crate::store::{Command, Lane, Store, StoreError};
pub use token::Token;

/// People and their sessions.
pub struct Accounts {
    store: Arc<dyn Store>,
    limits: Limits,
    guests: bool,
    clock: Clock,
}

/// A session is noted to be in use no more often than this, in microseconds.
const NOTED: i64 = 24 * 60 * 60 * 1_000_000;

impl Accounts {
    /// Accounts in this store; `guests` says whether someone may come in with just a name.
    pub fn new(store: Arc<dyn Store>, limits: Limits, guests: bool, clock: Clock) -> Self {
        Accounts {
            store,
            limits,
            guests,
            clock,
        }
    }

    /// Makes a guest of this name with a first session.
    ///
    /// # Errors
    /// `guests_off`, a code that speaks of the name, or the store's.
    pub async fn come_in(&self, name: &str) -> Result<(Profile, Token), Refusal> {
        if !self.guests {
            return Err(Refusal::new(ErrorCode::GuestsOff));
        }
        let name = names::person(name, &self.limits).map_err(crate::chat::refuse_text)?;
        let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let command = Command::CreateGuest {
            name,
            token: token.hash(),
        };
        let outcome = self
            .store
            .carry_out(command)
            .await
            .map_err(StoreError::into_refusal)?;
        let user = outcome
            .user
            .ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        Ok((user, token))
    }

    /// Whose session a token is.
    ///
    /// # Errors
    /// `unauthorized` when it is no one's, or the store's.
    pub async fn who(&self, lane: Lane, token: &Token) -> Result<Profile, Refusal> {
        let session = self
            .store
            .session(lane, token.hash())
            .await
            .map_err(StoreError::into_refusal)?
            .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?;
        if self.clock.now().0 - session.used_at.0 > NOTED {
            let token = token.hash();
            // Whether it could be noted makes no difference to who comes.
            let _noted = self.store.carry_out(Command::TouchSession { token }).await;
        }
        Ok(session.person)
    }

    /// Ends a session; one that has ended already stays so.
    ///
    /// # Errors
    /// The store's.
    pub async fn leave(&self, token: &Token) -> Result<(), Refusal> {
        let command = Command::EndSession {
            token: token.hash(),
        };
        self.store
            .carry_out(command)
            .await
            .map_err(StoreError::into_refusal)?;
        Ok(())
    }
}
