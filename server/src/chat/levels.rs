//! What may come from one address together with its neighbours, and to the server in all.
//!
//! An IPv4 address is one place, however many people sit behind it. Of IPv6 addresses whoever
//! has one has a network: of 64 bits, of 56, of 48. Each of them is counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::meter::{Meter, Rate};
use crate::network::Network;

/// How many networks are remembered before the first look for those that can be forgotten.
const REMEMBERED: usize = 1_024;
/// How many are remembered at most: with more, what is new is counted by its wider networks.
const MOST: usize = 65_536;

/// One thing that is counted, by network and in all.
#[derive(Debug)]
pub struct Levels {
    rate: Rate,
    all: Rate,
    // Held for a few look-ups.
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    networks: HashMap<Network, Meter>,
    all: Meter,
    // When so many are remembered, and not before some time has passed, those that need not
    // be are forgotten: a look through all of them is not to be had for every one.
    swept_at: usize,
    not_before: Option<Instant>,
}

impl Levels {
    /// So much from one address, so much in all.
    pub fn new(rate: Rate, all: Rate) -> Self {
        Levels {
            rate,
            all,
            used: Mutex::default(),
        }
    }

    /// How long until so many units may come from an address.
    pub fn wait_for(&self, from: IpAddr, units: u64, now: Instant) -> Duration {
        if self.rate.is_unlimited() {
            return Duration::ZERO;
        }
        let used = self.used.lock();
        let of_all = used.all.wait_for(self.all, units, now);
        Network::levels(from)
            .filter_map(|(network, factor)| {
                let meter = used.networks.get(&network)?;
                Some(meter.wait_for(self.rate.times(factor), units, now))
            })
            .fold(of_all, Duration::max)
    }

    /// Counts units that came from an address.
    pub fn count(&self, from: IpAddr, units: u64, now: Instant) {
        if self.rate.is_unlimited() || units == 0 {
            return;
        }
        let mut used = self.used.lock();
        used.sweep(now);
        used.all.count(self.all, units, now);
        for (network, factor) in Network::levels(from) {
            let rate = self.rate.times(factor);
            if used.networks.len() >= MOST && !used.networks.contains_key(&network) {
                continue;
            }
            used.networks
                .entry(network)
                .or_default()
                .count(rate, units, now);
        }
    }

    /// Takes units from an address, if they may come now.
    ///
    /// # Errors
    /// How long to wait; nothing is counted then.
    pub fn take(&self, from: IpAddr, units: u64, now: Instant) -> Result<(), Duration> {
        match self.wait_for(from, units, now) {
            Duration::ZERO => {
                self.count(from, units, now);
                Ok(())
            }
            wait => Err(wait),
        }
    }
}

impl Used {
    fn sweep(&mut self, now: Instant) {
        let is_many = self.networks.len() >= self.swept_at.max(REMEMBERED);
        if is_many && self.not_before.is_none_or(|time| time <= now) {
            self.networks.retain(|_, meter| !meter.is_full(now));
            self.swept_at = (2 * self.networks.len()).min(MOST);
            self.not_before = Some(now + Duration::from_secs(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn levels() -> Levels {
        Levels::new(Rate::per_second(1, 10), Rate::per_second(10, 100))
    }

    #[test]
    fn an_address_has_its_own_and_its_neighbours_have_theirs() {
        let (levels, now) = (levels(), Instant::now());
        levels.take(address("203.0.113.9"), 10, now).unwrap();
        let wait = levels.take(address("203.0.113.9"), 1, now).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        levels.take(address("203.0.113.10"), 10, now).unwrap();
    }

    #[test]
    fn whoever_has_a_wide_network_does_not_have_each_of_its_addresses() {
        let now = Instant::now();
        for (widest, names) in [
            (10, "2001:db8:1:1::"),
            (20, "2001:db8:1:1"),
            (40, "2001:db8:1:"),
        ] {
            let levels = levels();
            let mut taken = 0;
            for number in 0..100 {
                // Within one network of 64, of 56, of 48 bits.
                let name = match widest {
                    10 => format!("{names}{number:x}"),
                    20 => format!("{names}{:02x}::1", number % 64),
                    _ => format!("{names}{number:x}00::1"),
                };
                taken += u64::from(levels.take(address(&name), 1, now).is_ok());
            }
            assert_eq!(taken, widest, "{names}");
        }
    }

    #[test]
    fn the_server_as_a_whole_has_a_limit() {
        let (levels, now) = (levels(), Instant::now());
        let taken = (0..200)
            .filter(|number| {
                levels
                    .take(address(&format!("203.0.113.{number}")), 1, now)
                    .is_ok()
            })
            .count();
        assert_eq!(taken, 100);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let levels = Levels::new(
            Rate::per_second(1, 10),
            Rate::per_second(1_000_000, 10_000_000),
        );
        let now = Instant::now();
        for number in 0..100_000_u32 {
            levels.count(IpAddr::from(number.to_be_bytes()), 1, now);
        }
        assert!(levels.used.lock().networks.len() <= MOST);
        let later = now + Duration::from_mins(1);
        levels.count(address("203.0.113.9"), 1, later);
        assert!(levels.used.lock().networks.len() <= REMEMBERED);
    }
}
