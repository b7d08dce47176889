//! How many commands a person may send.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::limits::Limits;

/// How many are remembered before the first look for those who can be forgotten.
const REMEMBERED: usize = 1_024;

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
    // Shared with others: what is taken here is taken there too.
    outer: Option<Arc<Bucket>>,
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
            outer: None,
        }
    }

    /// A full bucket of someone who shares another one with others.
    pub fn sharing(limits: &Limits, outer: Arc<Bucket>) -> Self {
        Bucket {
            outer: Some(outer),
            ..Bucket::new(limits)
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
            retry_after_ms: Some(whole_millis(wait)),
            ..Refusal::new(ErrorCode::RateLimited)
        })?;
        // Its own first: one who is refused there takes nothing from the others.
        self.outer.as_ref().map_or(Ok(()), |outer| outer.take())
    }

    fn is_full(&self, now: Instant) -> bool {
        self.due.lock().is_none_or(|due| due <= now)
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

/// Milliseconds after which the wait is over: part of one more, and it would not be.
fn whole_millis(wait: Duration) -> u64 {
    let millis = wait.as_micros().div_ceil(1_000);
    u64::try_from(millis).unwrap_or(u64::MAX).max(1)
}

/// The buckets of all who are here (people, addresses), or were so lately that theirs
/// is not full again: coming back must not give what waiting would.
#[derive(Debug)]
pub struct Buckets<K> {
    // Held to find a bucket, not while it is used.
    known: Mutex<Known<K>>,
}

#[derive(Debug)]
struct Known<K> {
    buckets: HashMap<K, Arc<Bucket>>,
    // When so many are remembered, those that need not be are forgotten.
    swept_at: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Buckets {
            known: Mutex::new(Known {
                buckets: HashMap::new(),
                swept_at: REMEMBERED,
            }),
        }
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// Someone's bucket, the same for all of their connections.
    pub fn of(&self, key: K, limits: &Limits) -> Arc<Bucket> {
        let mut known = self.known.lock();
        if known.buckets.len() >= known.swept_at {
            let now = Instant::now();
            known
                .buckets
                .retain(|_, bucket| Arc::strong_count(bucket) > 1 || !bucket.is_full(now));
            known.swept_at = REMEMBERED.max(2 * known.buckets.len());
        }
        let bucket = known
            .buckets
            .entry(key)
            .or_insert_with(|| Arc::new(Bucket::new(limits)));
        Arc::clone(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::UserId;

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
    fn what_is_told_of_the_wait_is_long_enough() {
        let bucket = bucket(3, 1);
        let now = Instant::now();
        bucket.take_at(now).unwrap();
        for late in [0, 1, 10_700, 333_000] {
            let asked = now + Duration::from_micros(late);
            let wait = whole_millis(bucket.take_at(asked).unwrap_err());
            let again = asked + Duration::from_millis(wait);
            // The first that passes takes what the others wait for.
            let due = *bucket.due.lock();
            assert_eq!(bucket.take_at(again), Ok(()), "{late}");
            *bucket.due.lock() = due;
        }
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
    fn only_those_who_are_away_and_rested_are_forgotten() {
        let buckets = Buckets::default();
        let limits = Limits {
            rate_per_second: 1,
            rate_burst: 3,
            ..Limits::default()
        };
        let here = buckets.of(UserId(-1), &limits);
        buckets.of(UserId(-2), &limits).take().unwrap();
        for id in 0..=i64::try_from(REMEMBERED).unwrap() {
            buckets.of(UserId(id), &limits);
        }
        assert!(buckets.known.lock().buckets.len() < 10);
        assert!(Arc::ptr_eq(&here, &buckets.of(UserId(-1), &limits)));
        let tired = buckets.of(UserId(-2), &limits);
        assert!(!tired.is_full(Instant::now()));
    }

    #[test]
    fn without_a_rate_everything_passes() {
        let bucket = bucket(0, 0);
        for _ in 0..100_000 {
            assert!(bucket.take().is_ok());
        }
    }
}
