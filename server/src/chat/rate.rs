//! What a person may send and ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::meter::{Meter, Rate};

/// How many are remembered before the first look for those who can be forgotten.
const REMEMBERED: usize = 1_024;

/// What somebody may do.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Commands that change something.
    pub commands: Rate,
    /// Bytes of text in them.
    pub bytes: Rate,
    /// Questions.
    pub questions: Rate,
}

/// What somebody does, as far as it is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Commands that change something.
    pub commands: u64,
    /// Bytes of text in them.
    pub bytes: u64,
    /// Questions.
    pub questions: u64,
}

/// What somebody has used of their rates; shared by all of a person's connections.
#[derive(Debug)]
pub struct Bucket {
    rates: Rates,
    // Held for a few instructions.
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    commands: Meter,
    bytes: Meter,
    questions: Meter,
}

impl Bucket {
    /// A full bucket.
    pub fn new(rates: Rates) -> Self {
        Bucket {
            rates,
            used: Mutex::default(),
        }
    }

    /// Takes what something costs.
    ///
    /// # Errors
    /// How long to wait until it is there; nothing is taken then.
    pub fn take(&self, cost: Cost, now: Instant) -> Result<(), Duration> {
        let rates = &self.rates;
        if rates.commands.is_unlimited() {
            return Ok(());
        }
        let mut used = self.used.lock();
        let wait = used
            .commands
            .wait_for(rates.commands, cost.commands, now)
            .max(used.bytes.wait_for(rates.bytes, cost.bytes, now))
            .max(
                used.questions
                    .wait_for(rates.questions, cost.questions, now),
            );
        if wait > Duration::ZERO {
            return Err(wait);
        }
        used.commands.count(rates.commands, cost.commands, now);
        used.bytes.count(rates.bytes, cost.bytes, now);
        used.questions.count(rates.questions, cost.questions, now);
        Ok(())
    }

    fn is_full(&self, now: Instant) -> bool {
        let used = self.used.lock();
        used.commands.is_full(now) && used.bytes.is_full(now) && used.questions.is_full(now)
    }
}

/// The buckets of all who are here, or were so lately that theirs is not full again: coming
/// back must not give what waiting would.
#[derive(Debug)]
pub struct Buckets<K> {
    rates: Rates,
    // Held to find a bucket, not while it is used.
    known: Mutex<Known<K>>,
}

#[derive(Debug)]
struct Known<K> {
    buckets: HashMap<K, Arc<Bucket>>,
    // When so many are remembered, those that need not be are forgotten.
    swept_at: usize,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Nobody was here yet.
    pub fn new(rates: Rates) -> Self {
        Buckets {
            rates,
            known: Mutex::new(Known {
                buckets: HashMap::new(),
                swept_at: REMEMBERED,
            }),
        }
    }

    /// Someone's bucket, the same for all of their connections.
    pub fn of(&self, key: K) -> Arc<Bucket> {
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
            .or_insert_with(|| Arc::new(Bucket::new(self.rates)));
        Arc::clone(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::UserId;

    const SLOW: Rates = Rates {
        commands: Rate::per_second(1, 3),
        bytes: Rate::per_second(10, 100),
        questions: Rate::per_second(1, 3),
    };

    fn command(bytes: u64) -> Cost {
        Cost {
            commands: 1,
            bytes,
            ..Cost::default()
        }
    }

    #[test]
    fn what_is_refused_takes_nothing() {
        let bucket = Bucket::new(SLOW);
        let now = Instant::now();
        bucket.take(command(95), now).unwrap();
        let wait = bucket.take(command(10), now).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        bucket.take(command(5), now).unwrap();
        bucket.take(command(0), now).unwrap();
        assert_eq!(bucket.take(command(0), now), Err(Duration::from_secs(1)));
    }

    #[test]
    fn only_those_who_are_away_and_rested_are_forgotten() {
        let buckets = Buckets::new(SLOW);
        let now = Instant::now();
        let here = buckets.of(UserId(-1));
        buckets.of(UserId(-2)).take(command(0), now).unwrap();
        for id in 0..=i64::try_from(REMEMBERED).unwrap() {
            buckets.of(UserId(id));
        }
        assert!(buckets.known.lock().buckets.len() < 10);
        assert!(Arc::ptr_eq(&here, &buckets.of(UserId(-1))));
        assert!(!buckets.of(UserId(-2)).is_full(now));
    }
}
