//! Token buckets: a burst at once, refilled at a steady rate.
//!
//! A bucket is one instant in memory and needs no timer (the generic cell rate algorithm,
//! GCRA). Units may be taken before something happens ([`TokenBucket::take`]), or counted
//! after it happened ([`TokenBucket::count`]): the bucket then goes into debt.

use std::time::{Duration, Instant};

/// The size of a bucket and its refill: `burst` units at once, refilled at a steady rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    nanos_per_unit: u64,
    burst: u64,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Rate = Rate {
        nanos_per_unit: 0,
        burst: 0,
    };

    /// This many units per second, `burst` of them at once. 0 units mean no limit.
    pub const fn per_second(units: u64, burst: u64) -> Self {
        Self::per(Duration::from_secs(1), units, burst)
    }

    /// This many units per period, `burst` of them at once. 0 units mean no limit.
    pub const fn per(period: Duration, units: u64, burst: u64) -> Self {
        if units == 0 {
            return Rate::UNLIMITED;
        }
        let nanos = period.as_secs() * 1_000_000_000 + period.subsec_nanos() as u64;
        let nanos_per_unit = nanos / units;
        Rate {
            // More than one unit per nanosecond is no limit: this is then 0.
            nanos_per_unit,
            burst: if burst == 0 { 1 } else { burst },
        }
    }

    /// A rate and burst `factor` times as high.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Rate {
            nanos_per_unit: self.nanos_per_unit / factor,
            burst: self.burst * factor,
        }
    }

    /// A rate and burst of `parts / of` times this one's.
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

/// How much of a [`Rate`] is in use.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenBucket {
    // When the bucket will be full again; none, or a past instant: it is full now.
    full_at: Option<Instant>,
}

impl TokenBucket {
    /// Counts units that were used, also where they exceed the rate.
    pub fn count(&mut self, rate: Rate, units: u64, now: Instant) {
        if !rate.is_unlimited() && units > 0 {
            let from = self.full_at.map_or(now, |at| at.max(now));
            self.full_at = Some(from + rate.time_for(units));
        }
    }

    /// Takes units if the rate allows them now.
    ///
    /// # Errors
    /// How long to wait until they are allowed; nothing is taken. More units than a burst are
    /// allowed when the bucket is full, and are counted in full.
    pub fn take(&mut self, rate: Rate, units: u64, now: Instant) -> Result<(), Duration> {
        let wait = self.wait_for(rate, units, now);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        self.count(rate, units, now);
        Ok(())
    }

    /// How long to wait until this many units are allowed; zero if they are allowed now.
    pub fn wait_for(&self, rate: Rate, units: u64, now: Instant) -> Duration {
        let in_use = self.in_use(now);
        let free = rate.time_for(rate.burst.saturating_sub(units));
        if rate.is_unlimited() {
            Duration::ZERO
        } else {
            in_use.saturating_sub(free)
        }
    }

    /// Whether the bucket is full: forgetting it changes nothing.
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
    fn after_a_burst_units_come_at_the_steady_rate() {
        let rate = Rate::per_second(10, 3);
        let mut bucket = TokenBucket::default();
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(bucket.take(rate, 1, now), Ok(()));
        }
        let wait = Duration::from_millis(100);
        assert_eq!(bucket.take(rate, 1, now), Err(wait));
        assert_eq!(bucket.take(rate, 1, now + wait), Ok(()));
        assert!(bucket.take(rate, 1, now + wait).is_err());
    }

    #[test]
    fn a_pause_refills_one_burst_and_no_more() {
        let rate = Rate::per_second(10, 3);
        let mut bucket = TokenBucket::default();
        let now = Instant::now();
        bucket.take(rate, 3, now).unwrap();
        let later = now + Duration::from_hours(1);
        bucket.take(rate, 3, later).unwrap();
        assert!(bucket.take(rate, 1, later).is_err());
    }

    #[test]
    fn debt_is_paid_at_the_steady_rate() {
        let rate = Rate::per_second(1_000, 100);
        let mut bucket = TokenBucket::default();
        let now = Instant::now();
        bucket.count(rate, 1_100, now);
        assert_eq!(bucket.wait_for(rate, 0, now), Duration::from_secs(1));
        let later = now + Duration::from_secs(1);
        assert_eq!(bucket.wait_for(rate, 0, later), Duration::ZERO);
    }

    #[test]
    fn more_than_a_burst_is_allowed_when_the_bucket_is_full() {
        let rate = Rate::per_second(10, 3);
        let mut bucket = TokenBucket::default();
        let now = Instant::now();
        assert_eq!(bucket.take(rate, 5, now), Ok(()));
        assert_eq!(bucket.take(rate, 5, now), Err(Duration::from_millis(500)));
    }

    #[test]
    fn without_a_rate_everything_is_allowed() {
        let mut bucket = TokenBucket::default();
        let now = Instant::now();
        for _ in 0..1_000 {
            assert_eq!(bucket.take(Rate::UNLIMITED, 1_000_000, now), Ok(()));
        }
        assert!(bucket.is_full(now));
    }
}
