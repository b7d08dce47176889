//! The rate limits of one client on all of its connections.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::token_bucket::{Rate, TokenBucket};

/// Buckets that are kept before the first sweep.
const MIN_SWEEP_SIZE: usize = 1_024;

/// The rates of one client.
#[derive(Clone, Copy, Debug)]
pub struct ClientRates {
    /// Commands that change something.
    pub commands: Rate,
    /// Bytes of text in them.
    pub bytes: Rate,
    /// Queries.
    pub queries: Rate,
}

/// What a request uses of the rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Commands that change something.
    pub commands: u64,
    /// Bytes of text in them.
    pub bytes: u64,
    /// Queries.
    pub queries: u64,
}

/// The token bucket of one client, shared by all of a person's connections.
#[derive(Debug)]
pub struct ClientBucket {
    rates: ClientRates,
    // Locked for a few instructions.
    usage: Mutex<Usage>,
}

#[derive(Debug, Default)]
struct Usage {
    commands: TokenBucket,
    bytes: TokenBucket,
    queries: TokenBucket,
}

impl ClientBucket {
    /// A full bucket.
    pub fn new(rates: ClientRates) -> Self {
        ClientBucket {
            rates,
            usage: Mutex::default(),
        }
    }

    /// Takes what a request costs.
    ///
    /// # Errors
    /// How long to wait until it can be taken; then nothing is taken.
    pub fn take(&self, cost: Cost, now: Instant) -> Result<(), Duration> {
        let rates = &self.rates;
        if rates.commands.is_unlimited() {
            return Ok(());
        }
        let mut usage = self.usage.lock();
        let wait = usage
            .commands
            .wait_for(rates.commands, cost.commands, now)
            .max(usage.bytes.wait_for(rates.bytes, cost.bytes, now))
            .max(usage.queries.wait_for(rates.queries, cost.queries, now));
        if wait > Duration::ZERO {
            return Err(wait);
        }
        usage.commands.count(rates.commands, cost.commands, now);
        usage.bytes.count(rates.bytes, cost.bytes, now);
        usage.queries.count(rates.queries, cost.queries, now);
        Ok(())
    }

    fn is_full(&self, now: Instant) -> bool {
        let usage = self.usage.lock();
        usage.commands.is_full(now) && usage.bytes.is_full(now) && usage.queries.is_full(now)
    }
}

/// The buckets of all connected clients, and of those whose bucket is not full again since they
/// left: a new connection must not refill it.
#[derive(Debug)]
pub struct ClientBuckets<K> {
    rates: ClientRates,
    // Locked to find a bucket, not while it is usage.
    known: Mutex<KnownBuckets<K>>,
}

#[derive(Debug)]
struct KnownBuckets<K> {
    buckets: HashMap<K, Arc<ClientBucket>>,
    // When this many are kept, the full ones of absent clients are removed.
    sweep_size: usize,
}

impl<K: Eq + Hash> ClientBuckets<K> {
    /// Without any client.
    pub fn new(rates: ClientRates) -> Self {
        ClientBuckets {
            rates,
            known: Mutex::new(KnownBuckets {
                buckets: HashMap::new(),
                sweep_size: MIN_SWEEP_SIZE,
            }),
        }
    }

    /// The bucket of a client, the same for all of its connections.
    pub fn bucket(&self, key: K) -> Arc<ClientBucket> {
        let mut known = self.known.lock();
        if known.buckets.len() >= known.sweep_size {
            let now = Instant::now();
            known
                .buckets
                .retain(|_, bucket| Arc::strong_count(bucket) > 1 || !bucket.is_full(now));
            known.sweep_size = MIN_SWEEP_SIZE.max(2 * known.buckets.len());
        }
        let bucket = known
            .buckets
            .entry(key)
            .or_insert_with(|| Arc::new(ClientBucket::new(self.rates)));
        Arc::clone(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::UserId;

    const SLOW: ClientRates = ClientRates {
        commands: Rate::per_second(1, 3),
        bytes: Rate::per_second(10, 100),
        queries: Rate::per_second(1, 3),
    };

    fn command(bytes: u64) -> Cost {
        Cost {
            commands: 1,
            bytes,
            ..Cost::default()
        }
    }

    #[test]
    fn a_refused_request_takes_nothing() {
        let bucket = ClientBucket::new(SLOW);
        let now = Instant::now();
        bucket.take(command(95), now).unwrap();
        let wait = bucket.take(command(10), now).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        bucket.take(command(5), now).unwrap();
        bucket.take(command(0), now).unwrap();
        assert_eq!(bucket.take(command(0), now), Err(Duration::from_secs(1)));
    }

    #[test]
    fn only_full_buckets_of_absent_clients_are_removed() {
        let buckets = ClientBuckets::new(SLOW);
        let now = Instant::now();
        let here = buckets.bucket(UserId(-1));
        buckets.bucket(UserId(-2)).take(command(0), now).unwrap();
        for id in 0..=i64::try_from(MIN_SWEEP_SIZE).unwrap() {
            buckets.bucket(UserId(id));
        }
        assert!(buckets.known.lock().buckets.len() < 10);
        assert!(Arc::ptr_eq(&here, &buckets.bucket(UserId(-1))));
        assert!(!buckets.bucket(UserId(-2)).is_full(now));
    }
}
