//! The state of the public routes. Each handler takes the part that it needs.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;

use super::provider_cookie::ProviderCookie;
use super::session_cookie::SessionCookie;
use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::edge::Perimeter;
use crate::gateway::Gateway;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::store::Store;

/// Everything that the routes use. Clones share it.
#[derive(Clone)]
pub struct HttpState(Arc<HttpParts>);

/// The parts of [`HttpState`].
pub struct HttpParts {
    /// The checks before every route.
    pub perimeter: Arc<Perimeter>,
    /// The WebSocket connections.
    pub gateway: Arc<Gateway>,
    /// Commands and queries.
    pub chat: Arc<Chat>,
    /// People and sessions.
    pub accounts: Arc<Accounts>,
    /// The rate limits.
    pub rate_limits: Arc<RateLimits>,
    /// Its health.
    pub store: Arc<dyn Store>,
    /// The memory for answers that wait for readers.
    pub memory: Arc<MemoryBudget>,
    /// The clock.
    pub clock: Clock,
    /// The name and attributes of the session cookie.
    pub session_cookie: SessionCookie,
    /// The same of the cookie that binds a sign-in at the identity provider to a browser.
    pub provider_cookie: ProviderCookie,
    /// Whether the simple protocol is on.
    pub simple_enabled: bool,
}

impl HttpState {
    /// Shares these parts.
    pub fn new(parts: HttpParts) -> Self {
        HttpState(Arc::new(parts))
    }
}

impl Deref for HttpState {
    type Target = HttpParts;

    fn deref(&self) -> &HttpParts {
        &self.0
    }
}

impl FromRef<HttpState> for Arc<Perimeter> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.perimeter)
    }
}

impl FromRef<HttpState> for Arc<Gateway> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.gateway)
    }
}

impl FromRef<HttpState> for Arc<Chat> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.chat)
    }
}

impl FromRef<HttpState> for Arc<Accounts> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.accounts)
    }
}

impl FromRef<HttpState> for Arc<RateLimits> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.rate_limits)
    }
}

impl FromRef<HttpState> for Arc<MemoryBudget> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.memory)
    }
}

impl FromRef<HttpState> for Arc<dyn Store> {
    fn from_ref(state: &HttpState) -> Self {
        Arc::clone(&state.store)
    }
}

impl FromRef<HttpState> for SessionCookie {
    fn from_ref(state: &HttpState) -> Self {
        state.session_cookie.clone()
    }
}

impl FromRef<HttpState> for ProviderCookie {
    fn from_ref(state: &HttpState) -> Self {
        state.provider_cookie.clone()
    }
}
