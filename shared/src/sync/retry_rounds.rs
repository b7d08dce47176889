//! Repeating refused requests in rounds. A round grows while the server accepts all of it,
//! and shrinks when it refuses some. Without rounds, a client with a thousand rooms would
//! repeat all requests after each wait, and nearly all of them would be refused again.

use crate::id::Micros;

use super::timing::{is_due, later};

/// When refused requests are repeated, and how many at once.
#[derive(Debug)]
pub(super) struct RetryRounds {
    next_round: Micros,
    wait_ms: u64,
    window: usize,
    /// Whether anything was refused since the last round.
    refused: bool,
}

impl Default for RetryRounds {
    fn default() -> Self {
        RetryRounds {
            next_round: Micros(i64::MIN),
            wait_ms: 0,
            window: 1,
            refused: false,
        }
    }
}

impl RetryRounds {
    /// A request was refused. Returns when to repeat it.
    pub(super) fn refused(&mut self, now: Micros, wait_ms: u64) -> Micros {
        self.refused = true;
        self.wait_ms = wait_ms;
        let next = later(now, wait_ms);
        // A time from before the clock was set back is ignored.
        self.next_round = if is_due(self.next_round, now) {
            next
        } else {
            self.next_round.max(next)
        };
        self.next_round
    }

    /// Starts a round if one is due. Returns how many requests it may send.
    pub(super) fn round(&mut self, now: Micros) -> usize {
        if !is_due(self.next_round, now) {
            return 0;
        }
        self.window = if std::mem::take(&mut self.refused) {
            self.window.div_ceil(2)
        } else {
            self.window.saturating_mul(2)
        };
        self.window
    }

    /// When to send the requests that did not fit into the round.
    pub(super) fn after_round(&mut self, now: Micros) -> Micros {
        if is_due(self.next_round, now) {
            self.next_round = later(now, self.wait_ms.max(1));
        }
        self.next_round
    }
}
