//! Every limit that a client has to know, in one place.

use serde::{Deserialize, Serialize};

/// For how many days a server remembers which commands it has carried out, by their
/// `client_id`. What has waited for longer might be carried out twice: a client asks its
/// person before it sends that.
pub const RECEIPT_DAYS: i64 = 30;

/// The limits of a server, sent in its `welcome`.
///
/// [`Limits::default`] is what a server starts with; most can be set there.
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
    /// Commands of one connection that may wait for their answer. The server does
    /// not read on from a connection that has more.
    pub in_flight: usize,
    /// Sends, edits and the like per second and person, on average; 0 is without limit.
    pub rate_per_second: u32,
    /// How many of them may come at once; 0 is without limit.
    pub rate_burst: u32,
    /// Messages in one history page, and changes in one page of catching up.
    pub page: usize,
    /// Missed changes beyond which catching up is answered by `reset`.
    pub resume: usize,
    /// Rooms that one connection may follow.
    pub subscriptions: usize,
    /// Bytes that may wait for a reader; beyond, it is told to `resync`.
    pub outbox_bytes: usize,
    /// A side that has heard nothing for so long sends a ping, in milliseconds.
    pub heartbeat_ms: u64,
    /// A side that has heard nothing for so long takes the other for dead, in milliseconds.
    pub dead_after_ms: u64,
    /// A typing notice stands for so long, in milliseconds; send it again before.
    pub typing_ms: u64,
    /// Rooms with more people present tell only how many they are.
    pub presence_people: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            frame_bytes: 64 * 1024,
            body_bytes: 16 * 1024,
            name_chars: 40,
            topic_chars: 200,
            in_flight: 1024,
            rate_per_second: 10,
            rate_burst: 50,
            page: 200,
            resume: 10_000,
            subscriptions: 1_000,
            outbox_bytes: 1024 * 1024,
            heartbeat_ms: 25_000,
            dead_after_ms: 60_000,
            typing_ms: 5_000,
            presence_people: 200,
        }
    }
}

/// What one connection may send, the same on every server with a rate limit. A client that
/// answers pings, waits for its answers and sends what a person does comes nowhere near.
pub mod intake {
    use std::time::Duration;

    /// Frames of messages on average. What comes faster is not read for a while.
    pub const FRAMES_PER_SECOND: u64 = 256;
    /// Frames of messages at once: all that may be followed, and all that may be unanswered.
    pub const FRAMES_BURST: u64 = 4_096;
    /// Bytes on average.
    pub const BYTES_PER_SECOND: u64 = 1024 * 1024;
    /// Bytes at once.
    pub const BYTES_BURST: u64 = 8 * 1024 * 1024;
    /// Pings and pongs on average. One that comes above closes the connection.
    pub const CONTROL_PER_SECOND: u64 = 20;
    /// Pings and pongs at once.
    pub const CONTROL_BURST: u64 = 200;
    /// A connection that has sent more than is allowed for so long without a pause is closed.
    pub const EXCESS: Duration = Duration::from_secs(10);
}

/// A reader for whom something waits has to take so many bytes per second, on average over the
/// server's `--stall-seconds`.
pub const READ_BYTES_PER_SECOND: u64 = 1024;

/// A session ends when it was not used for so many days.
pub const SESSION_IDLE_DAYS: i64 = 90;

/// A session ends so many days after it was made.
pub const SESSION_DAYS: i64 = 400;
