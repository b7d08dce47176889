//! Who changes something about the own account.

use std::net::IpAddr;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Profile;

use super::token::Token;
use super::username::Username;
use crate::store::{Actor, QueryClient, Viewer};

/// A person, in a session that was authenticated.
#[derive(Clone)]
pub struct ActingPerson {
    /// The person.
    pub person: Profile,
    /// The session's token.
    pub token: Token,
    /// The address that the request comes from.
    pub address: IpAddr,
}

impl ActingPerson {
    /// For whom the store reads what belongs to the person: nothing of rooms is asked by this.
    pub fn viewer(&self) -> Viewer {
        Viewer::of(self.person.id)
    }

    /// In whose turn the store reads.
    pub fn client(&self) -> QueryClient {
        self.viewer().client()
    }

    /// Who does it.
    pub fn actor(&self) -> Actor {
        Actor::User(self.person.id)
    }

    /// The person's username.
    ///
    /// # Errors
    /// `forbidden` for a guest, who has no account.
    pub(super) fn username(&self) -> Result<&str, Refusal> {
        let username = self.person.username.as_deref();
        username.ok_or_else(|| Refusal::new(ErrorCode::Forbidden))
    }

    /// The key of the person's username.
    ///
    /// # Errors
    /// As [`ActingPerson::username`].
    pub(super) fn username_key(&self) -> Result<String, Refusal> {
        let username = Username::parse_any(self.username()?);
        let key = username.map(|username| username.key);
        key.map_err(|_| Refusal::new(ErrorCode::Forbidden))
    }
}
