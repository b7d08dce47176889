//! Questions that were refused for now: they are asked again in rounds, as many in each as
//! the server has come to take. A client that follows a thousand rooms and asks for all of
//! them again after each wait is refused nearly all of them each time.

use crate::id::Micros;

use super::pending::{is_due, later};

/// When refused questions are asked again, and how many at once.
#[derive(Debug)]
pub(super) struct Retries {
    next_round: Micros,
    wait_ms: u64,
    window: usize,
    /// Whether anything was refused since the last round.
    refused: bool,
}

impl Default for Retries {
    fn default() -> Self {
        Retries {
            next_round: Micros(i64::MIN),
            wait_ms: 0,
            window: 1,
            refused: false,
        }
    }
}

impl Retries {
    /// A question was refused; when it is to be asked again.
    pub(super) fn refused(&mut self, now: Micros, wait_ms: u64) -> Micros {
        self.refused = true;
        self.wait_ms = wait_ms;
        let next = later(now, wait_ms);
        // One from before the clock was set back does not count.
        self.next_round = if is_due(self.next_round, now) {
            next
        } else {
            self.next_round.max(next)
        };
        self.next_round
    }

    /// Begins a round, if it is time for one; how many questions it has.
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

    /// When those are asked that had no place in a round.
    pub(super) fn after_round(&mut self, now: Micros) -> Micros {
        if is_due(self.next_round, now) {
            self.next_round = later(now, self.wait_ms.max(1));
        }
        self.next_round
    }
}
