//! The parts of a server, put together.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use shared::id::Micros;
use shared::limits::Limits;

use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::gateway::access::{Access, ClientKind, Denied};
use crate::gateway::delivery::hub::Hub;
use crate::gateway::{ConnectionConfig, StopSignal};
use crate::http::address::Place;
use crate::http::admission::Admissions;
use crate::http::blocks::Blocks;
use crate::http::{ApiError, Peer};
use crate::store::Store;

/// Everything that requests and connections share. All parts guard themselves.
pub struct App {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// The rooms.
    pub chat: Chat,
    /// People and sessions.
    pub accounts: Accounts,
    /// Who follows what here.
    pub hub: Arc<Hub>,
    /// Who may ask.
    pub access: Access,
    /// Whether the simple protocol is spoken.
    pub speaks_simple: bool,
    /// What every connection is held to.
    pub connections: Arc<ConnectionConfig>,
    /// Turns true when the server stops.
    pub stopping: StopSignal,
    /// The session cookie's name.
    pub cookie_name: String,
    /// Who is connected from where.
    pub admissions: Admissions,
    /// What everyone may do.
    pub rate_limits: Arc<RateLimits>,
    /// Who is kept out.
    pub blocks: Blocks,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// The limits that clients are told.
    pub fn limits(&self) -> &Limits {
        self.chat.limits()
    }

    /// The server's clock.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// Where a request comes from.
    pub fn origin(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        self.admissions.proxies().origin(peer.0.ip(), headers)
    }

    /// Where a request comes from, as far as places are counted.
    pub fn place(&self, peer: Peer, headers: &HeaderMap) -> Place {
        let place = self.admissions.proxies().place(peer.0.ip(), headers);
        if place.is_unnamed() {
            tracing::warn!(
                "the trusted proxy {} names nobody in X-Forwarded-For that can be read; all such visitors count as one address",
                peer.0.ip()
            );
        }
        place
    }

    /// Checks whether a request's `Host` and `Origin` are those of one that may have a
    /// session; what is refused is logged with the setting that would allow it.
    ///
    /// # Errors
    /// 403 with `host_forbidden` or `origin_forbidden`.
    pub fn admit(&self, headers: &HeaderMap) -> Result<ClientKind, ApiError> {
        Self::checked(self.access.with_session(headers))
    }

    /// As [`App::admit`], for the simple protocol, which has no sessions.
    ///
    /// # Errors
    /// As [`App::admit`].
    pub fn admit_simple(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        Self::checked(self.access.without_session(headers))
    }

    fn checked<T>(admitted: Result<T, Denied>) -> Result<T, ApiError> {
        admitted.map_err(|denied| {
            tracing::warn!("refused: {}", denied.hint);
            let mut refusal = shared::frame::Refusal::new(denied.code);
            if let Some(message) = denied.message {
                message.clone_into(&mut refusal.message);
            }
            refusal.into()
        })
    }
}
