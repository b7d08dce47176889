//! What connections of a pool receive.

use std::time::Instant;

/// A connection of a pool, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub usize);

/// A text frame that was received.
#[derive(Debug)]
pub struct ReceivedText<'a> {
    /// The connection that received it.
    pub connection: ConnectionId,
    /// Its payload.
    pub text: &'a [u8],
    /// The time when its bytes were read.
    pub at: Instant,
    /// Whole frames that are appended here are sent on the same connection.
    pub answer: &'a mut Vec<u8>,
}
