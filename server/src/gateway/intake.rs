//! How much one connection may send, in bytes and frames.
//!
//! Whoever sends faster is not read for a while, so that its own network waits. One that
//! goes on for long, or sends control frames that nobody needs, is closed.

use std::time::Duration;

use shared::limits::intake as limit;
use tokio::time::Instant;

use super::framing::Begun;
use crate::meter::{Meter, Rate};

/// The rates that a connection is held to.
#[derive(Clone, Copy, Debug)]
pub struct IntakeRates {
    frames: Rate,
    bytes: Rate,
    control: Rate,
}

impl IntakeRates {
    /// Those of a server that people reach.
    pub const LIMITED: IntakeRates = IntakeRates {
        frames: Rate::per_second(limit::FRAMES_PER_SECOND, limit::FRAMES_BURST),
        bytes: Rate::per_second(limit::BYTES_PER_SECOND, limit::BYTES_BURST),
        control: Rate::per_second(limit::CONTROL_PER_SECOND, limit::CONTROL_BURST),
    };

    /// Those of a server without rate limits: only control frames are counted.
    pub const TRUSTED: IntakeRates = IntakeRates {
        frames: Rate::UNLIMITED,
        bytes: Rate::UNLIMITED,
        ..IntakeRates::LIMITED
    };
}

/// What came of a connection lately.
#[derive(Debug, Default)]
pub struct Intake {
    frames: Meter,
    bytes: Meter,
    control: Meter,
    // Since when more has been coming than is allowed, without a pause.
    excessive_since: Option<Instant>,
}

/// What there was too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Pings and pongs.
    Control,
    /// Messages, for too long.
    Data,
}

impl Excess {
    /// What the other side is told.
    pub fn reason(self) -> &'static str {
        match self {
            Excess::Control => "too many pings and pongs",
            Excess::Data => "more comes than a connection may send, for too long",
        }
    }
}

impl Intake {
    /// Counts what came with one reading.
    ///
    /// # Errors
    /// When the connection is to be closed for it.
    pub fn count(
        &mut self,
        rates: &IntakeRates,
        bytes: usize,
        begun: Begun,
        now: Instant,
    ) -> Result<(), Excess> {
        let at = now.into_std();
        if begun.control > 0
            && self
                .control
                .take(rates.control, u64::from(begun.control), at)
                .is_err()
        {
            return Err(Excess::Control);
        }
        self.frames.count(rates.frames, u64::from(begun.data), at);
        self.bytes.count(rates.bytes, bytes as u64, at);
        if self.wait(rates, now).is_zero() {
            self.excessive_since = None;
            return Ok(());
        }
        let since = *self.excessive_since.get_or_insert(now);
        if now - since > limit::EXCESS {
            return Err(Excess::Data);
        }
        Ok(())
    }

    /// When it may be read from again, if that is not now.
    pub fn resumes_at(&self, rates: &IntakeRates, now: Instant) -> Option<Instant> {
        let wait = self.wait(rates, now);
        (!wait.is_zero()).then(|| now + wait)
    }

    fn wait(&self, rates: &IntakeRates, now: Instant) -> Duration {
        let at = now.into_std();
        let frames = self.frames.wait_for(rates.frames, 0, at);
        frames.max(self.bytes.wait_for(rates.bytes, 0, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: IntakeRates = IntakeRates::LIMITED;

    fn data(frames: u64) -> Begun {
        Begun {
            data: u32::try_from(frames).unwrap(),
            control: 0,
        }
    }

    #[test]
    fn a_burst_is_read_at_once_and_more_has_to_wait() {
        let mut intake = Intake::default();
        let now = Instant::now();
        let burst = data(limit::FRAMES_BURST);
        assert_eq!(intake.count(&RATES, 1_000, burst, now), Ok(()));
        assert_eq!(intake.resumes_at(&RATES, now), None);
        let second = data(limit::FRAMES_PER_SECOND);
        assert_eq!(intake.count(&RATES, 1_000, second, now), Ok(()));
        let wait = intake.resumes_at(&RATES, now).unwrap() - now;
        assert!(wait > Duration::from_millis(990) && wait <= Duration::from_secs(1));
    }

    #[test]
    fn bytes_are_counted_whatever_frames_they_come_in() {
        let mut intake = Intake::default();
        let now = Instant::now();
        let bytes = usize::try_from(limit::BYTES_BURST + limit::BYTES_PER_SECOND).unwrap();
        assert_eq!(intake.count(&RATES, bytes, data(1), now), Ok(()));
        assert!(intake.resumes_at(&RATES, now).is_some());
    }

    #[test]
    fn only_who_goes_on_without_a_pause_is_closed() {
        let mut intake = Intake::default();
        let mut now = Instant::now();
        // One frame more than is refilled, whenever it may be read again.
        let mut count = |now: &mut Instant| {
            let counted = intake.count(&RATES, 10, data(limit::FRAMES_BURST), *now);
            if let Some(at) = intake.resumes_at(&RATES, *now) {
                *now = at;
            }
            counted
        };
        let begun = now;
        while count(&mut now).is_ok() {
            assert!(now - begun < limit::EXCESS * 3, "it is never closed");
        }
        assert!(now - begun > limit::EXCESS);
    }

    #[test]
    fn control_frames_that_nobody_needs_end_it_at_once() {
        let mut intake = Intake::default();
        let now = Instant::now();
        let some = Begun {
            data: 0,
            control: u32::try_from(limit::CONTROL_BURST).unwrap(),
        };
        assert_eq!(intake.count(&RATES, 1_000, some, now), Ok(()));
        let one = Begun {
            data: 0,
            control: 1,
        };
        assert_eq!(intake.count(&RATES, 6, one, now), Err(Excess::Control));
        let later = now + Duration::from_secs(1);
        assert_eq!(intake.count(&RATES, 6, one, later), Ok(()));
    }
}
