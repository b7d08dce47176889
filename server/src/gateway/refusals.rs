//! How many mistakes in a row a client may make.

use shared::error::ErrorCode;
use shared::frame::close;

use super::connection::Flow;

/// Frames refused in a row before the connection is closed.
const MOST: u32 = 1_000;

/// The frames of one connection that were refused since the last one that was not.
#[derive(Debug, Default)]
pub struct Refusals(u32);

impl Refusals {
    /// A frame was taken.
    pub fn taken(&mut self) {
        self.0 = 0;
    }

    /// A frame was refused. Who is refused for now has made no mistake.
    pub fn refused(&mut self, code: ErrorCode) -> Flow {
        self.0 += u32::from(!code.is_temporary());
        if self.0 < MOST {
            return Flow::Go;
        }
        Flow::Close(close::FLOOD, "too many frames in a row were refused")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_mistakes_in_a_row_end_it_and_waiting_is_none() {
        let mut refusals = Refusals::default();
        for _ in 0..10 * MOST {
            assert_eq!(refusals.refused(ErrorCode::RateLimited), Flow::Go);
        }
        for _ in 1..MOST {
            assert_eq!(refusals.refused(ErrorCode::BadJson), Flow::Go);
        }
        refusals.taken();
        for _ in 1..MOST {
            assert_eq!(refusals.refused(ErrorCode::BadJson), Flow::Go);
        }
        assert_ne!(refusals.refused(ErrorCode::BadJson), Flow::Go);
    }
}
