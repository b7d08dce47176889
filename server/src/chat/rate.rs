//! How many commands a person may send.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::limits::Limits;

/// A token bucket: `burst` commands at once, refilled at a steady rate.
#[derive(Debug)]
pub struct Bucket {
    // Between two commands on average; zero is without limit.
    interval: Duration,
    // How far ahead of the steady rate a sender may be.
    tolerance: Duration,
    // When the next command would be due at the steady rate. Shared by a person's
    // connections; held for a few instructions.
    due: Mutex<Option<Instant>>,
}

impl Bucket {
    /// A full bucket.
    pub fn new(limits: &Limits) -> Self {
        let interval = match limits.rate_per_second {
            0 => Duration::ZERO,
            rate => Duration::from_secs(1) / rate,
        };
        Bucket {
            interval,
            tolerance: interval * limits.rate_burst.saturating_sub(1),
            due: Mutex::new(None),
        }
    }

    /// Takes one command out.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take(&self) -> Result<(), Refusal> {
        if self.interval.is_zero() {
            return Ok(());
        }
        self.take_at(Instant::now()).map_err(|wait| Refusal {
            retry_after_ms: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)),
            ..Refusal::new(ErrorCode::RateLimited)
        })
    }

    fn take_at(&self, now: Instant) -> Result<(), Duration> {
        let mut due = self.due.lock();
        let at = due.map_or(now, |due| due.max(now));
        let ahead = at.saturating_duration_since(now);
        if ahead > self.tolerance {
            return Err(ahead.saturating_sub(self.tolerance));
        }
        *due = Some(at + self.interval);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(rate_per_second: u32, rate_burst: u32) -> Bucket {
        Bucket::new(&Limits {
            rate_per_second,
            rate_burst,
            ..Limits::default()
        })
    }

    #[test]
    fn a_burst_passes_and_the_next_waits_its_turn() {
        let bucket = bucket(10, 3);
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(bucket.take_at(now), Ok(()));
        }
        assert_eq!(bucket.take_at(now), Err(Duration::from_millis(100)));
        assert_eq!(bucket.take_at(now + Duration::from_millis(100)), Ok(()));
        assert!(bucket.take_at(now + Duration::from_millis(100)).is_err());
    }

    #[test]
    fn rest_fills_the_bucket_and_no_further() {
        let bucket = bucket(10, 3);
        let now = Instant::now();
        for _ in 0..3 {
            bucket.take_at(now).unwrap();
        }
        let later = now + Duration::from_hours(1);
        for _ in 0..3 {
            assert_eq!(bucket.take_at(later), Ok(()));
        }
        assert!(bucket.take_at(later).is_err());
    }

    #[test]
    fn without_a_rate_everything_passes() {
        let bucket = bucket(0, 0);
        for _ in 0..100_000 {
            assert!(bucket.take().is_ok());
        }
    }
}
