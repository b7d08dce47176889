//! Closes a connection that makes too many mistakes.
//!
//! To read a frame that is refused in the end costs as much as to read a good one, and it takes
//! nothing from the rate limits of commands.

use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::close;
use shared::limits::intake as limit;

use super::protocol::Flow;
use crate::token_bucket::{Rate, TokenBucket};

/// Frames refused in a row before the connection is closed.
const MAX_IN_A_ROW: u32 = 1_000;
const BYTES: Rate = Rate::per_second(limit::REFUSED_BYTES_PER_SECOND, limit::REFUSED_BYTES_BURST);

/// The frames that were refused lately.
#[derive(Debug, Default)]
pub struct RefusalCounter {
    in_a_row: u32,
    bytes: TokenBucket,
}

impl RefusalCounter {
    /// A frame was accepted.
    pub fn accepted(&mut self) {
        self.in_a_row = 0;
    }

    /// A frame of so many bytes was refused. A temporary refusal, such as a rate limit, is not a
    /// mistake.
    pub fn refused(&mut self, code: ErrorCode, bytes: usize, now: Instant) -> Flow {
        if code.is_temporary() {
            return Flow::Continue;
        }
        self.in_a_row += 1;
        if self.in_a_row >= MAX_IN_A_ROW {
            return Flow::Close(close::FLOOD, "too many frames in a row were refused");
        }
        if self.bytes.take(BYTES, bytes as u64, now).is_err() {
            return Flow::Close(close::FLOOD, "too many bytes of frames were refused");
        }
        Flow::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_mistakes_in_a_row_close_the_connection_and_temporary_refusals_do_not_count() {
        let mut refusals = RefusalCounter::default();
        let now = Instant::now();
        let refuse = |refusals: &mut RefusalCounter, code| refusals.refused(code, 1, now);
        for _ in 0..10 * MAX_IN_A_ROW {
            assert_eq!(
                refuse(&mut refusals, ErrorCode::RateLimited),
                Flow::Continue
            );
        }
        for _ in 1..MAX_IN_A_ROW {
            assert_eq!(refuse(&mut refusals, ErrorCode::BadJson), Flow::Continue);
        }
        refusals.accepted();
        for _ in 1..MAX_IN_A_ROW {
            assert_eq!(refuse(&mut refusals, ErrorCode::BadJson), Flow::Continue);
        }
        assert_ne!(refuse(&mut refusals, ErrorCode::BadJson), Flow::Continue);
    }

    #[test]
    fn large_mistakes_close_the_connection_sooner_whatever_is_accepted_in_between() {
        let mut refusals = RefusalCounter::default();
        let now = Instant::now();
        let mut refused = 0;
        while refusals.refused(ErrorCode::BadCommand, 64 * 1024, now) == Flow::Continue {
            refused += 1;
            refusals.accepted();
            assert!(refused < 100, "it is never closed");
        }
        assert_eq!(refused, 2);
    }
}
