//! A rate limit by network, and for the server as a whole.
//!
//! An IPv4 address counts by itself, however many people share it. Whoever has an IPv6 address
//! has a whole network of them: of 64 bits, of 56, or of 48. Each of these is counted.
//!
//! Many attackers together can use up what the whole server allows. So a small share of each
//! address's rate is allowed even then: those who ask for little are not refused because of
//! those who ask for much.

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
/// The share of an address's rate that is allowed when the server's total is used up: one part
/// of so many.
const RESERVED_DIVISOR: u64 = 64;

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
    networks: HashMap<Network, NetworkUsage>,
    total: TokenBucket,
    // The next sweep removes unused networks. It is made when this many networks are kept, but
    // not before this time: a sweep visits all of them.
    sweep_size: usize,
    sweep_not_before: Option<Instant>,
}

#[derive(Debug, Default)]
struct NetworkUsage {
    used: TokenBucket,
    // The same usage, measured by the reserved share of the rate.
    used_of_reserve: TokenBucket,
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
        let (mut network_wait, mut reserve_wait) = (Duration::ZERO, Duration::ZERO);
        for (network, factor) in Network::counted_for(address) {
            let rate = self.rate.times(factor);
            if let Some(network) = usage.networks.get(&network) {
                network_wait = network_wait.max(network.used.wait_for(rate, units, now));
                let reserve = rate.scaled(1, RESERVED_DIVISOR);
                let wait = network.used_of_reserve.wait_for(reserve, units, now);
                reserve_wait = reserve_wait.max(wait);
            } else if usage.networks.len() >= MAX_NETWORKS {
                // It will not be counted, so it has no reserve.
                reserve_wait = Duration::MAX;
            }
        }
        network_wait.max(total_wait.min(reserve_wait))
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
            let network = usage.networks.entry(network).or_default();
            network.used.count(rate, units, now);
            let reserve = rate.scaled(1, RESERVED_DIVISOR);
            network.used_of_reserve.count(reserve, units, now);
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
            self.networks
                .retain(|_, network| !network.used_of_reserve.is_full(now));
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
    fn all_addresses_together_are_limited_but_each_keeps_a_small_share() {
        let (limiter, now) = (limiter(), Instant::now());
        let take_ten = |number: u8| {
            let address = IpAddr::from([203, 0, 113, number]);
            (0..10)
                .filter(|_| limiter.take(address, 1, now).is_ok())
                .count()
        };
        for greedy in 0..10 {
            assert_eq!(take_ten(greedy), 10);
        }
        for late in 10..20 {
            assert_eq!(
                take_ten(late),
                1,
                "one in {RESERVED_DIVISOR}, and at least one"
            );
        }
        assert_eq!(take_ten(0), 0);
    }

    #[test]
    fn the_networks_of_one_ipv6_prefix_share_the_reserve() {
        let rate = Rate::per_second(64, 640);
        let (limiter, now) = (
            NetworkLimiter::new(rate, Rate::per_second(1, 1)),
            Instant::now(),
        );
        limiter.take(address("203.0.113.9"), 1, now).unwrap();
        let taken = (0..100_u32)
            .filter(|number| {
                let name = format!("2001:db8:1:{number:x}00::1");
                limiter.take(address(&name), 1, now).is_ok()
            })
            .count();
        assert_eq!(taken, 40, "four times 10 of 640 for the 48 bits");
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
        let later = now + Duration::from_mins(2);
        limiter.count(address("203.0.113.9"), 1, later);
        assert!(limiter.usage.lock().networks.len() <= MIN_SWEEP_SIZE);
    }
}
