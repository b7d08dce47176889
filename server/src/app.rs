//! The parts of a running server.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use shared::id::Micros;
use shared::limits::Limits;

use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::edge::access::{AccessDenied, AccessPolicy, ClientKind};
use crate::edge::blocked_addresses::BlockedAddresses;
use crate::edge::connection_limits::ConnectionLimits;
use crate::edge::{AddressGroup, ApiError, Peer};
use crate::gateway::delivery::hub::Hub;
use crate::gateway::{ConnectionConfig, StopSignal};
use crate::store::Store;

/// Everything that requests and connections share. Each part does its own locking.
pub struct App {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The rooms.
    pub chat: Chat,
    /// People and sessions.
    pub accounts: Accounts,
    /// The subscriptions.
    pub hub: Arc<Hub>,
    /// Which hosts and origins are allowed.
    pub access: AccessPolicy,
    /// Whether the simple protocol is on.
    pub simple_enabled: bool,
    /// The limits of every connection.
    pub connections: Arc<ConnectionConfig>,
    /// Turns true when the server stops.
    pub stopping: StopSignal,
    /// The session cookie's name.
    pub cookie_name: String,
    /// How many connections there may be, and how many there are.
    pub connection_limits: ConnectionLimits,
    /// The rate limits.
    pub rate_limits: Arc<RateLimits>,
    /// The addresses that the operator has blocked.
    pub blocked_addresses: BlockedAddresses,
    /// The clock.
    pub clock: Clock,
}

impl App {
    /// The limits that clients get in `welcome`.
    pub fn limits(&self) -> &Limits {
        self.chat.limits()
    }

    /// The current time.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// The address that a request comes from.
    pub fn client_address(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        let proxies = self.connection_limits.proxies();
        proxies.client_address(peer.0.ip(), headers)
    }

    /// The address group that a request counts for.
    pub fn client_group(&self, peer: Peer, headers: &HeaderMap) -> AddressGroup {
        let proxies = self.connection_limits.proxies();
        let group = proxies.client_group(peer.0.ip(), headers);
        if group.is_unnamed_client() {
            tracing::warn!(
                "the trusted proxy {} names nobody in X-Forwarded-For that can be read; all such visitors count as one address",
                peer.0.ip()
            );
        }
        group
    }

    /// Checks `Host` and `Origin` of a request that needs a session. A refusal is logged with the
    /// setting that would allow the request.
    ///
    /// # Errors
    /// 403 with `host_forbidden` or `origin_forbidden`.
    pub fn check_session_request(&self, headers: &HeaderMap) -> Result<ClientKind, ApiError> {
        Self::log_denied(self.access.check_session_request(headers))
    }

    /// As [`App::check_session_request`], for the simple protocol, which has no sessions.
    ///
    /// # Errors
    /// As [`App::check_session_request`].
    pub fn check_simple_request(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        Self::log_denied(self.access.check_simple_request(headers))
    }

    fn log_denied<T>(checked: Result<T, AccessDenied>) -> Result<T, ApiError> {
        checked.map_err(|denied| {
            tracing::warn!("refused: {}", denied.hint);
            let mut refusal = shared::frame::Refusal::new(denied.code);
            if let Some(message) = denied.message {
                message.clone_into(&mut refusal.message);
            }
            refusal.into()
        })
    }
}
