//! Rates: so much at once, and so much more with time (the generic cell rate algorithm).
//!
//! A meter is one instant in memory and needs no timer. What it measures may be counted
//! before it is allowed (take only what fits) or after it came (go into debt, then wait).

use std::time::{Duration, Instant};

/// How much is allowed: `burst` units at once, refilled at a steady rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    nanos_per_unit: u64,
    burst: u64,
}

impl Rate {
    /// No limit at all.
    pub const UNLIMITED: Rate = Rate {
        nanos_per_unit: 0,
        burst: 0,
    };

    /// So many units in a second, `burst` of them at once. A rate of 0 is without limit.
    pub const fn per_second(units: u64, burst: u64) -> Self {
        Self::per(Duration::from_secs(1), units, burst)
    }

    /// So many units in a period, `burst` of them at once. A rate of 0 is without limit.
    pub const fn per(period: Duration, units: u64, burst: u64) -> Self {
        if units == 0 {
            return Rate::UNLIMITED;
        }
        let nanos = period.as_secs() * 1_000_000_000 + period.subsec_nanos() as u64;
        let nanos_per_unit = nanos / units;
        Rate {
            // A rate above one unit in a nanosecond is none.
            nanos_per_unit,
            burst: if burst == 0 { 1 } else { burst },
        }
    }

    /// The same rate, so many times as high.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Rate {
            nanos_per_unit: self.nanos_per_unit / factor,
            burst: self.burst * factor,
        }
    }

    /// The same rate, `of` parts of it as if there were `parts`.
    #[must_use]
    pub const fn scaled(self, parts: u64, of: u64) -> Self {
        let burst = self.burst * parts / of;
        Rate {
            nanos_per_unit: self.nanos_per_unit * of / parts,
            burst: if burst == 0 { 1 } else { burst },
        }
    }

    /// Whether there is no limit.
    pub const fn is_unlimited(self) -> bool {
        self.nanos_per_unit == 0
    }

    fn time_for(self, units: u64) -> Duration {
        Duration::from_nanos(self.nanos_per_unit.saturating_mul(units))
    }
}

/// What was used of a [`Rate`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    // When all that was used would be refilled; none or past: nothing is in use.
    full_at: Option<Instant>,
}

impl Meter {
    /// Counts what was used, allowed or not.
    pub fn count(&mut self, rate: Rate, units: u64, now: Instant) {
        if !rate.is_unlimited() && units > 0 {
            let from = self.full_at.map_or(now, |at| at.max(now));
            self.full_at = Some(from + rate.time_for(units));
        }
    }

    /// Takes what is allowed now.
    ///
    /// # Errors
    /// How long to wait until it will be allowed; nothing is taken then. More than a whole
    /// burst is allowed when everything is refilled, and counted in full.
    pub fn take(&mut self, rate: Rate, units: u64, now: Instant) -> Result<(), Duration> {
        let wait = self.wait_for(rate, units, now);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        self.count(rate, units, now);
        Ok(())
    }

    /// How long until so many units are allowed; zero if they are now.
    pub fn wait_for(&self, rate: Rate, units: u64, now: Instant) -> Duration {
        let in_use = self.in_use(now);
        let room = rate.time_for(rate.burst.saturating_sub(units));
        if rate.is_unlimited() {
            Duration::ZERO
        } else {
            in_use.saturating_sub(room)
        }
    }

    /// Whether nothing is in use.
    pub fn is_full(&self, now: Instant) -> bool {
        self.in_use(now).is_zero()
    }

    fn in_use(&self, now: Instant) -> Duration {
        self.full_at
            .map_or(Duration::ZERO, |at| at.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_unit_waits_its_turn() {
        let rate = Rate::per_second(10, 3);
        let mut meter = Meter::default();
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(meter.take(rate, 1, now), Ok(()));
        }
        let wait = Duration::from_millis(100);
        assert_eq!(meter.take(rate, 1, now), Err(wait));
        assert_eq!(meter.take(rate, 1, now + wait), Ok(()));
        assert!(meter.take(rate, 1, now + wait).is_err());
    }

    #[test]
    fn rest_refills_a_burst_and_no_more() {
        let rate = Rate::per_second(10, 3);
        let mut meter = Meter::default();
        let now = Instant::now();
        meter.take(rate, 3, now).unwrap();
        let later = now + Duration::from_hours(1);
        meter.take(rate, 3, later).unwrap();
        assert!(meter.take(rate, 1, later).is_err());
    }

    #[test]
    fn debt_is_worked_off_at_the_steady_rate() {
        let rate = Rate::per_second(1_000, 100);
        let mut meter = Meter::default();
        let now = Instant::now();
        meter.count(rate, 1_100, now);
        assert_eq!(meter.wait_for(rate, 0, now), Duration::from_secs(1));
        let later = now + Duration::from_secs(1);
        assert_eq!(meter.wait_for(rate, 0, later), Duration::ZERO);
    }

    #[test]
    fn more_than_a_burst_is_allowed_once_everything_is_refilled() {
        let rate = Rate::per_second(10, 3);
        let mut meter = Meter::default();
        let now = Instant::now();
        assert_eq!(meter.take(rate, 5, now), Ok(()));
        assert_eq!(meter.take(rate, 5, now), Err(Duration::from_millis(500)));
    }

    #[test]
    fn without_a_rate_everything_passes() {
        let mut meter = Meter::default();
        let now = Instant::now();
        for _ in 0..1_000 {
            assert_eq!(meter.take(Rate::UNLIMITED, 1_000_000, now), Ok(()));
        }
        assert!(meter.is_full(now));
    }
}
