//! What the connections of the gateway share.

use std::sync::Arc;

use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::gateway::connection::ConnectionConfig;
use crate::gateway::delivery::hub::Hub;
use crate::metrics::Metrics;
use crate::stop_signal::StopSignal;
use crate::store::Store;

/// The parts of the server that every connection uses. Each part does its own locking.
pub struct Gateway {
    /// Carries out commands and queries.
    pub chat: Arc<Chat>,
    /// Authenticates people.
    pub accounts: Arc<Accounts>,
    /// The subscriptions.
    pub hub: Arc<Hub>,
    /// The rate limits.
    pub rate_limits: Arc<RateLimits>,
    /// Gives the epoch for `welcome`.
    pub store: Arc<dyn Store>,
    /// Gives the time for `welcome`.
    pub clock: Clock,
    /// The limits and deadlines of every connection.
    pub connections: Arc<ConnectionConfig>,
    /// Counts connections, refusals and resyncs.
    pub metrics: Arc<Metrics>,
    /// Turns true when the server stops.
    pub stopping: StopSignal,
}
