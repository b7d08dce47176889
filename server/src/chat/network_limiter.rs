//! A rate limit by network, and for the server as a whole.
//!
//! An IPv4 address counts by itself, however many people share it. Whoever has an IPv6 address
//! has a whole network of them: of 64 bits, of 56, or of 48. Each of these is counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::network::Network;
use crate::token_bucket::{Rate, TokenBucket};

/// Networks that are kept before the first sweep.
const MIN_SWEEP_SIZE: usize = 1_024;
/// Networks that are kept at most. Above that, a new network is only counted in the wider
/// networks around it.
const MAX_NETWORKS: usize = 65_536;

/// Limits one kind of request, by network and in total.
#[derive(Debug)]
pub struct NetworkLimiter {
    rate: Rate,
    total_rate: Rate,
    // Locked for a few look-ups.
    usage: Mutex<Usage>,
}

#[derive(Debug, Default)]
struct Usage {
    networks: HashMap<Network, TokenBucket>,
    total: TokenBucket,
    // The next sweep removes unused networks. It is made when this many networks are kept, but
    // not before this time: a sweep visits all of them.
    sweep_size: usize,
    sweep_not_before: Option<Instant>,
}

impl NetworkLimiter {
    /// Allows `rate` to each address and `total_rate` to all together.
    pub fn new(rate: Rate, total_rate: Rate) -> Self {
        NetworkLimiter {
            rate,
            total_rate,
            usage: Mutex::default(),
        }
    }

    /// How long until an address may use this many units; zero if it may now.
    pub fn wait_for(&self, address: IpAddr, units: u64, now: Instant) -> Duration {
        if self.rate.is_unlimited() {
            return Duration::ZERO;
        }
        let usage = self.usage.lock();
        let total_wait = usage.total.wait_for(self.total_rate, units, now);
        Network::counted_for(address)
            .filter_map(|(network, factor)| {
                let meter = usage.networks.get(&network)?;
                Some(meter.wait_for(self.rate.times(factor), units, now))
            })
            .fold(total_wait, Duration::max)
    }

    /// Counts units that an address has used.
    pub fn count(&self, address: IpAddr, units: u64, now: Instant) {
        if self.rate.is_unlimited() || units == 0 {
            return;
        }
        let mut usage = self.usage.lock();
        usage.sweep(now);
        usage.total.count(self.total_rate, units, now);
        for (network, factor) in Network::counted_for(address) {
            let rate = self.rate.times(factor);
            if usage.networks.len() >= MAX_NETWORKS && !usage.networks.contains_key(&network) {
                continue;
            }
            usage
                .networks
                .entry(network)
                .or_default()
                .count(rate, units, now);
        }
    }

    /// Counts units for an address, if it may use them now.
    ///
    /// # Errors
    /// How long to wait; nothing is counted then.
    pub fn take(&self, address: IpAddr, units: u64, now: Instant) -> Result<(), Duration> {
        match self.wait_for(address, units, now) {
            Duration::ZERO => {
                self.count(address, units, now);
                Ok(())
            }
            wait => Err(wait),
        }
    }
}

impl Usage {
    fn sweep(&mut self, now: Instant) {
        let is_large = self.networks.len() >= self.sweep_size.max(MIN_SWEEP_SIZE);
        if is_large && self.sweep_not_before.is_none_or(|time| time <= now) {
            self.networks.retain(|_, meter| !meter.is_full(now));
            self.sweep_size = (2 * self.networks.len()).min(MAX_NETWORKS);
            self.sweep_not_before = Some(now + Duration::from_secs(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn limiter() -> NetworkLimiter {
        NetworkLimiter::new(Rate::per_second(1, 10), Rate::per_second(10, 100))
    }

    #[test]
    fn ipv4_addresses_are_limited_separately() {
        let (limiter, now) = (limiter(), Instant::now());
        limiter.take(address("203.0.113.9"), 10, now).unwrap();
        let wait = limiter.take(address("203.0.113.9"), 1, now).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        limiter.take(address("203.0.113.10"), 10, now).unwrap();
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_limit() {
        let now = Instant::now();
        for (widest, names) in [
            (10, "2001:db8:1:1::"),
            (20, "2001:db8:1:1"),
            (40, "2001:db8:1:"),
        ] {
            let limiter = limiter();
            let mut taken = 0;
            for number in 0..100 {
                // Within one network of 64, of 56, of 48 bits.
                let name = match widest {
                    10 => format!("{names}{number:x}"),
                    20 => format!("{names}{:02x}::1", number % 64),
                    _ => format!("{names}{number:x}00::1"),
                };
                taken += u64::from(limiter.take(address(&name), 1, now).is_ok());
            }
            assert_eq!(taken, widest, "{names}");
        }
    }

    #[test]
    fn all_addresses_together_are_limited() {
        let (limiter, now) = (limiter(), Instant::now());
        let taken = (0..200)
            .filter(|number| {
                limiter
                    .take(address(&format!("203.0.113.{number}")), 1, now)
                    .is_ok()
            })
            .count();
        assert_eq!(taken, 100);
    }

    #[test]
    fn the_number_of_kept_networks_is_limited_and_swept() {
        let limiter = NetworkLimiter::new(
            Rate::per_second(1, 10),
            Rate::per_second(1_000_000, 10_000_000),
        );
        let now = Instant::now();
        for number in 0..100_000_u32 {
            limiter.count(IpAddr::from(number.to_be_bytes()), 1, now);
        }
        assert!(limiter.usage.lock().networks.len() <= MAX_NETWORKS);
        let later = now + Duration::from_mins(1);
        limiter.count(address("203.0.113.9"), 1, later);
        assert!(limiter.usage.lock().networks.len() <= MIN_SWEEP_SIZE);
    }
}
