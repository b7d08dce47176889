//! A histogram of how long commits take.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the buckets, in microseconds.
const BOUNDS_MICROS: [u64; 13] = [
    500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];

/// The time of each commit, in buckets; their sum, and the longest.
#[derive(Debug, Default)]
pub struct CommitTimes {
    // The last bucket is for all above the highest bound.
    buckets: [AtomicU64; BOUNDS_MICROS.len() + 1],
    sum_micros: AtomicU64,
    longest_micros: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The upper bound of each bucket, in microseconds, and how many commits took no longer.
    pub cumulative: Vec<(u64, u64)>,
    /// All commits.
    pub count: u64,
    /// The sum of their times, in microseconds.
    pub sum_micros: u64,
    /// The longest time, in microseconds.
    pub longest_micros: u64,
}

impl CommitTimes {
    /// Adds one commit. Only the writer's thread does so.
    pub fn record(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        if let Some(bucket) = self.buckets.get(bucket) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
        self.longest_micros.fetch_max(micros, Ordering::Relaxed);
    }

    /// The histogram now.
    pub fn snapshot(&self) -> Snapshot {
        let counts = self.buckets.each_ref().map(|n| n.load(Ordering::Relaxed));
        let mut total = 0;
        let cumulative = BOUNDS_MICROS
            .iter()
            .zip(counts)
            .map(|(bound, count)| {
                total += count;
                (*bound, total)
            })
            .collect();
        Snapshot {
            cumulative,
            count: counts.iter().sum(),
            sum_micros: self.sum_micros.load(Ordering::Relaxed),
            longest_micros: self.longest_micros.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_in_every_bucket_that_is_not_below_its_time() {
        let times = CommitTimes::default();
        for millis in [1, 3, 20_000] {
            times.record(Duration::from_millis(millis));
        }
        let snapshot = times.snapshot();
        let below = |micros| {
            let bucket = snapshot.cumulative.iter().find(|(at, _)| *at == micros);
            bucket.unwrap().1
        };
        assert_eq!(
            [below(500), below(1_000), below(5_000), below(10_000_000)],
            [0, 1, 2, 2]
        );
        assert_eq!(snapshot.count, 3);
        assert_eq!(snapshot.sum_micros, 20_004_000);
        assert_eq!(snapshot.longest_micros, 20_000_000);
    }
}
