//! The limits and deadlines that hold for every connection.

use std::sync::Arc;
use std::time::Duration;

use super::inbound_limit::InboundRates;
use crate::gateway::delivery::memory_budget::MemoryBudget;

/// What every connection is held to.
#[derive(Clone, Debug)]
pub struct ConnectionConfig {
    /// The largest frame from a client, in bytes.
    pub frame_bytes: usize,
    /// Bytes that may wait to be written to one connection.
    pub outbox_bytes: usize,
    /// Commands without a reply.
    pub in_flight: usize,
    /// The silence after which a ping is sent.
    pub heartbeat: Duration,
    /// The silence after which the other side counts as gone.
    pub dead_after: Duration,
    /// How long a client may take to say hello.
    pub hello_timeout: Duration,
    /// The time within which a slow reader has to take some bytes, and a message that has
    /// begun has to be complete.
    pub progress_timeout: Duration,
    /// How fast a client may send.
    pub inbound: InboundRates,
    /// The memory for what waits for all readers together.
    pub memory: Arc<MemoryBudget>,
}
