//! The checks that every request passes before a route sees it, and what they need.

use std::sync::Arc;

use axum::http::HeaderMap;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::access::{AccessDenied, AccessPolicy, ClientKind};
use super::api_error::ApiError;
use super::blocked_addresses::BlockedAddresses;
use super::client_address::{ClientAddress, Peer};
use super::connection_limits::{AddressSlot, ConnectionLimits};
use super::trusted_proxies::TrustedProxies;
use crate::config::Config;
use crate::metrics::Metrics;

/// What stands before both protocols. Each part does its own locking.
pub struct Perimeter {
    /// Which hosts and origins are allowed.
    pub access: AccessPolicy,
    /// How many connections there may be, and how many there are.
    pub connection_limits: ConnectionLimits,
    /// The addresses that the operator has blocked.
    pub blocked_addresses: BlockedAddresses,
    /// Counts what is refused.
    pub metrics: Arc<Metrics>,
    proxies: Arc<TrustedProxies>,
}

impl Perimeter {
    /// The perimeter of these settings. No address is blocked yet.
    ///
    /// # Errors
    /// A sentence about a setting that is wrong.
    pub fn new(config: &Config, metrics: Arc<Metrics>) -> Result<Self, String> {
        let proxies = Arc::new(TrustedProxies::new(&config.trusted_proxies));
        Ok(Perimeter {
            access: AccessPolicy::new(config)?,
            connection_limits: ConnectionLimits::new(config, Arc::clone(&proxies)),
            blocked_addresses: BlockedAddresses::default(),
            metrics,
            proxies,
        })
    }

    /// The address that a request comes from.
    pub fn client_address(&self, peer: Peer, headers: &HeaderMap) -> ClientAddress {
        let client = self.proxies.client_address(peer.0.ip(), headers);
        if client.group.is_unnamed_client() {
            tracing::warn!(
                "the trusted proxy {} names nobody in X-Forwarded-For that can be read; all such visitors count as one address",
                peer.0.ip()
            );
        }
        client
    }

    /// Counts a WebSocket that came through a trusted proxy for the client's address. Other
    /// connections were counted when they were accepted.
    ///
    /// # Errors
    /// 503 with `too_many_connections`.
    pub fn count_forwarded(
        &self,
        peer: Peer,
        client: ClientAddress,
    ) -> Result<Option<AddressSlot>, ApiError> {
        if !self.proxies.contains(peer.0.ip()) {
            return Ok(None);
        }
        let slot = self.connection_limits.count(client.group);
        let full = || Refusal::new(ErrorCode::TooManyConnections);
        Ok(Some(slot.ok_or_else(full)?))
    }

    /// Checks `Host` and `Origin` of a request that needs a session. A refusal is logged with the
    /// setting that would allow the request.
    ///
    /// # Errors
    /// 403 with `host_forbidden` or `origin_forbidden`.
    pub fn check_session_request(&self, headers: &HeaderMap) -> Result<ClientKind, ApiError> {
        self.access
            .check_session_request(headers)
            .map_err(|denied| log_denied(&denied))
    }

    /// As [`Perimeter::check_session_request`], for the simple protocol, which has no sessions.
    ///
    /// # Errors
    /// As [`Perimeter::check_session_request`].
    pub fn check_simple_request(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        self.access
            .check_simple_request(headers)
            .map_err(|denied| log_denied(&denied))
    }
}

fn log_denied(denied: &AccessDenied) -> ApiError {
    tracing::warn!("refused: {}", denied.hint);
    let mut refusal = Refusal::new(denied.code);
    if let Some(message) = denied.message {
        message.clone_into(&mut refusal.message);
    }
    refusal.into()
}
