//! Every limit that a client has to know.

use serde::{Deserialize, Serialize};

/// For how many days a server keeps receipts: which commands it has carried out, by their
/// `client_id`. A command that has waited for longer might be carried out twice, so a client
/// asks its person before it sends it.
pub const RECEIPT_DAYS: i64 = 30;

/// The limits of a server, sent in its `welcome`.
///
/// [`Limits::default`] holds the server's defaults; an operator can change most of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// A frame from a client, in bytes. A larger one closes the connection (1009).
    pub frame_bytes: usize,
    /// A message's text, in bytes of UTF-8.
    pub body_bytes: usize,
    /// A display name or a room's name, in Unicode scalar values.
    pub name_chars: usize,
    /// A room's topic, in Unicode scalar values.
    pub topic_chars: usize,
    /// The words of a person's status, in Unicode scalar values.
    #[serde(default = "default_status_chars")]
    pub status_chars: usize,
    /// Commands of one connection that may be unanswered. The server stops reading from a
    /// connection that has more.
    pub in_flight: usize,
    /// Commands per second and person, on average; 0: no limit.
    pub rate_per_second: u32,
    /// Commands at once; 0: no limit.
    pub rate_burst: u32,
    /// Messages in one history page, and changes in one page of catching up.
    pub page: usize,
    /// Missed changes above which the answer is a `reset`.
    pub resume: usize,
    /// Rooms that one connection may subscribe to.
    pub subscriptions: usize,
    /// Rooms that one connection may watch.
    pub watched: usize,
    /// Bytes that may wait for a slow reader; above, it gets a `resync`.
    pub outbox_bytes: usize,
    /// A side that has received nothing for this long sends a ping, in milliseconds.
    pub heartbeat_ms: u64,
    /// A side that has received nothing for this long closes the connection, in milliseconds.
    pub dead_after_ms: u64,
    /// How long a typing notice is valid, in milliseconds; send it again before.
    pub typing_ms: u64,
    /// For rooms with more people present, only their number is sent.
    pub presence_people: usize,
}

/// Servers before statuses do not say it.
fn default_status_chars() -> usize {
    80
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            frame_bytes: 64 * 1024,
            body_bytes: 16 * 1024,
            name_chars: 40,
            topic_chars: 200,
            status_chars: default_status_chars(),
            in_flight: 1024,
            rate_per_second: 10,
            rate_burst: 50,
            page: 200,
            resume: 10_000,
            subscriptions: 1_000,
            watched: 5_000,
            outbox_bytes: 1024 * 1024,
            heartbeat_ms: 25_000,
            dead_after_ms: 60_000,
            typing_ms: 5_000,
            presence_people: 200,
        }
    }
}

/// What one connection may send, the same on every server with a rate limit. A client that
/// answers pings, waits for answers and sends a person's actions stays far below.
pub mod intake {
    use std::time::Duration;

    /// Data frames per second, on average. Above, the server stops reading for a while.
    pub const FRAMES_PER_SECOND: u64 = 256;
    /// Data frames at once: enough for all subscriptions and all unanswered commands.
    pub const FRAMES_BURST: u64 = 4_096;
    /// Bytes per second, on average.
    pub const BYTES_PER_SECOND: u64 = 256 * 1024;
    /// Bytes at once.
    pub const BYTES_BURST: u64 = 1024 * 1024;
    /// Pings and pongs per second, on average. Above, the connection is closed.
    pub const CONTROL_PER_SECOND: u64 = 20;
    /// Pings and pongs at once.
    pub const CONTROL_BURST: u64 = 200;
    /// Bytes of refused frames per second, on average. Above, the connection is closed.
    pub const REFUSED_BYTES_PER_SECOND: u64 = 4 * 1024;
    /// Bytes of refused frames at once.
    pub const REFUSED_BYTES_BURST: u64 = 128 * 1024;
    /// A connection that stays above its limits for this long is closed.
    pub const EXCESS: Duration = Duration::from_secs(10);
}

/// A reader with waiting data has to read this many bytes per second, on average over the
/// server's `--progress-timeout-seconds`.
pub const READ_BYTES_PER_SECOND: u64 = 1024;

/// A session ends after this many days without use.
pub const SESSION_IDLE_DAYS: i64 = 90;

/// A session ends this many days after it was made.
pub const SESSION_DAYS: i64 = 400;
