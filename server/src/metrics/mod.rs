//! Figures for the operator, in the text format of Prometheus.
//!
//! What happens is counted here, in relaxed atomics without locks or label look-ups: a commit
//! costs 10 ns (`benches/message.rs`). What is a state (queue depths, sizes) is not counted but read
//! when somebody asks. Nothing here knows a socket: `http::metrics` serves the text.

mod commit_times;
mod counter;
mod exposition;
mod mails;
mod refusals;

pub use commit_times::CommitTimes;
pub use counter::{Counter, Gauge, GaugeGuard, Level};
pub use exposition::Exposition;
pub use mails::MailCounts;
pub use refusals::Refusals;

/// Everything that is counted. One for each server.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Open WebSockets of the native protocol.
    pub native_connections: Gauge,
    /// Open WebSockets of the simple protocol.
    pub simple_connections: Gauge,
    /// HTTP answers by the first digit of their status: 1xx to 5xx.
    pub http_answers: [Counter; 5],
    /// Commands that the store has committed.
    pub commands_committed: Counter,
    /// Commands that the store has refused.
    pub commands_refused: Counter,
    /// Commands that failed, because the disk is full or the store failed.
    pub commands_failed: Counter,
    /// How long commits took.
    pub commit_times: CommitTimes,
    /// Times that a native client was told to resynchronise, because it read too slowly or a
    /// commit failed.
    pub resyncs: Counter,
    /// Mails.
    pub mails: MailCounts,
    /// What the server has refused, by error code.
    pub refusals: Refusals,
}
