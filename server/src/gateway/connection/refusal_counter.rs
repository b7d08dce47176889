//! Closes a connection that makes too many mistakes in a row.

use shared::error::ErrorCode;
use shared::frame::close;

use super::protocol::Flow;

/// Frames refused in a row before the connection is closed.
const MAX_IN_A_ROW: u32 = 1_000;

/// The frames that were refused since the last accepted one.
#[derive(Debug, Default)]
pub struct RefusalCounter(u32);

impl RefusalCounter {
    /// A frame was accepted.
    pub fn accepted(&mut self) {
        self.0 = 0;
    }

    /// A frame was refused. A temporary refusal, such as a rate limit, is not a mistake.
    pub fn refused(&mut self, code: ErrorCode) -> Flow {
        self.0 += u32::from(!code.is_temporary());
        if self.0 < MAX_IN_A_ROW {
            return Flow::Continue;
        }
        Flow::Close(close::FLOOD, "too many frames in a row were refused")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_mistakes_in_a_row_close_the_connection_and_temporary_refusals_do_not_count() {
        let mut refusals = RefusalCounter::default();
        for _ in 0..10 * MAX_IN_A_ROW {
            assert_eq!(refusals.refused(ErrorCode::RateLimited), Flow::Continue);
        }
        for _ in 1..MAX_IN_A_ROW {
            assert_eq!(refusals.refused(ErrorCode::BadJson), Flow::Continue);
        }
        refusals.accepted();
        for _ in 1..MAX_IN_A_ROW {
            assert_eq!(refusals.refused(ErrorCode::BadJson), Flow::Continue);
        }
        assert_ne!(refusals.refused(ErrorCode::BadJson), Flow::Continue);
    }
}
