//! Limits how fast one connection may send, in bytes and frames.
//!
//! A client that sends faster is not read for a while, so that TCP makes it wait. If it goes on
//! for too long, or sends control frames that nobody needs, its connection is closed.

use std::time::Duration;

use shared::limits::intake as limit;
use tokio::time::Instant;

use super::frame_scanner::FramesBegun;
use crate::token_bucket::{Rate, TokenBucket};

/// The rates that are allowed.
#[derive(Clone, Copy, Debug)]
pub struct InboundRates {
    frames: Rate,
    bytes: Rate,
    control: Rate,
}

impl InboundRates {
    /// For a server that people reach.
    pub const LIMITED: InboundRates = InboundRates {
        frames: Rate::per_second(limit::FRAMES_PER_SECOND, limit::FRAMES_BURST),
        bytes: Rate::per_second(limit::BYTES_PER_SECOND, limit::BYTES_BURST),
        control: Rate::per_second(limit::CONTROL_PER_SECOND, limit::CONTROL_BURST),
    };

    /// For a server without rate limits: only control frames are limited.
    pub const TRUSTED: InboundRates = InboundRates {
        frames: Rate::UNLIMITED,
        bytes: Rate::UNLIMITED,
        ..InboundRates::LIMITED
    };
}

/// What one connection has sent lately.
#[derive(Debug, Default)]
pub struct InboundLimiter {
    frames: TokenBucket,
    bytes: TokenBucket,
    control: TokenBucket,
    // Since when it has been above its rate without a pause.
    above_rate_since: Option<Instant>,
}

/// Why a connection has to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboundExcess {
    /// Too many pings and pongs.
    Control,
    /// Too many frames or bytes, for too long.
    Data,
}

impl InboundExcess {
    /// The reason in the close frame.
    pub fn reason(self) -> &'static str {
        match self {
            InboundExcess::Control => "too many pings and pongs",
            InboundExcess::Data => "more comes than a connection may send, for too long",
        }
    }
}

impl InboundLimiter {
    /// Counts what one read brought.
    ///
    /// # Errors
    /// When the connection has to be closed.
    pub fn count(
        &mut self,
        rates: &InboundRates,
        bytes: usize,
        begun: FramesBegun,
        now: Instant,
    ) -> Result<(), InboundExcess> {
        let at = now.into_std();
        if begun.control > 0
            && self
                .control
                .take(rates.control, u64::from(begun.control), at)
                .is_err()
        {
            return Err(InboundExcess::Control);
        }
        self.frames.count(rates.frames, u64::from(begun.data), at);
        self.bytes.count(rates.bytes, bytes as u64, at);
        if self.wait(rates, now).is_zero() {
            self.above_rate_since = None;
            return Ok(());
        }
        let since = *self.above_rate_since.get_or_insert(now);
        if now - since > limit::EXCESS {
            return Err(InboundExcess::Data);
        }
        Ok(())
    }

    /// When the connection may be read again; none if it may be read now.
    pub fn resumes_at(&self, rates: &InboundRates, now: Instant) -> Option<Instant> {
        let wait = self.wait(rates, now);
        (!wait.is_zero()).then(|| now + wait)
    }

    fn wait(&self, rates: &InboundRates, now: Instant) -> Duration {
        let at = now.into_std();
        let frames = self.frames.wait_for(rates.frames, 0, at);
        frames.max(self.bytes.wait_for(rates.bytes, 0, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: InboundRates = InboundRates::LIMITED;

    fn data(frames: u64) -> FramesBegun {
        FramesBegun {
            data: u32::try_from(frames).unwrap(),
            control: 0,
        }
    }

    #[test]
    fn a_burst_is_read_at_once_and_more_waits() {
        let mut limiter = InboundLimiter::default();
        let now = Instant::now();
        let burst = data(limit::FRAMES_BURST);
        assert_eq!(limiter.count(&RATES, 1_000, burst, now), Ok(()));
        assert_eq!(limiter.resumes_at(&RATES, now), None);
        let second = data(limit::FRAMES_PER_SECOND);
        assert_eq!(limiter.count(&RATES, 1_000, second, now), Ok(()));
        let wait = limiter.resumes_at(&RATES, now).unwrap() - now;
        assert!(wait > Duration::from_millis(990) && wait <= Duration::from_secs(1));
    }

    #[test]
    fn bytes_are_limited_even_in_a_single_frame() {
        let mut limiter = InboundLimiter::default();
        let now = Instant::now();
        let bytes = usize::try_from(limit::BYTES_BURST + limit::BYTES_PER_SECOND).unwrap();
        assert_eq!(limiter.count(&RATES, bytes, data(1), now), Ok(()));
        assert!(limiter.resumes_at(&RATES, now).is_some());
    }

    #[test]
    fn a_connection_is_closed_only_if_it_stays_above_its_rate() {
        let mut limiter = InboundLimiter::default();
        let mut now = Instant::now();
        // A whole burst, as soon as it may be read again.
        let mut count = |now: &mut Instant| {
            let counted = limiter.count(&RATES, 10, data(limit::FRAMES_BURST), *now);
            if let Some(at) = limiter.resumes_at(&RATES, *now) {
                *now = at;
            }
            counted
        };
        let begun = now;
        while count(&mut now).is_ok() {
            assert!(now - begun < limit::EXCESS * 3, "it is not closed");
        }
        assert!(now - begun > limit::EXCESS);
    }

    #[test]
    fn too_many_control_frames_close_the_connection_at_once() {
        let mut limiter = InboundLimiter::default();
        let now = Instant::now();
        let some = FramesBegun {
            data: 0,
            control: u32::try_from(limit::CONTROL_BURST).unwrap(),
        };
        assert_eq!(limiter.count(&RATES, 1_000, some, now), Ok(()));
        let one = FramesBegun {
            data: 0,
            control: 1,
        };
        assert_eq!(
            limiter.count(&RATES, 6, one, now),
            Err(InboundExcess::Control)
        );
        let later = now + Duration::from_secs(1);
        assert_eq!(limiter.count(&RATES, 6, one, later), Ok(()));
    }
}
