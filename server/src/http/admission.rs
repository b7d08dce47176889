//! How many connections there may be, and who still has one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::address::{Place, Proxies};
use crate::config::Config;
use crate::network::Network;

/// A connection's admission; held as long as the connection lasts, also when it has
/// become a WebSocket.
pub type Admission = Arc<dyn Send + Sync>;

/// How many connections there are from a network.
type Counts = Arc<Mutex<HashMap<Network, usize>>>;

/// How many connections the server takes: so many in all, so many from one place.
pub struct Admissions {
    free: Arc<Semaphore>,
    all: u32,
    // Held to count, at a connection's begin and end.
    places: Counts,
    most_per_place: usize,
    proxies: Proxies,
}

/// One admitted connection.
struct Admitted {
    _permit: OwnedSemaphorePermit,
    _counted: Option<Counted>,
}

/// A connection that counts among those of its place, until this is dropped. Of this
/// machine none counts.
pub struct Counted(Option<(IpAddr, Counts)>);

impl Admissions {
    /// As the settings say.
    pub fn new(config: &Config) -> Self {
        let all = u32::try_from(config.max_connections)
            .unwrap_or(u32::MAX)
            .max(1);
        Admissions {
            free: Arc::new(Semaphore::new(all as usize)),
            all,
            places: Arc::default(),
            most_per_place: config.max_connections_per_address,
            proxies: Proxies::new(&config.trusted_proxies),
        }
    }

    /// Admits a connection, if there is room for it. A proxy's connections are those of
    /// many places: what comes through is counted once it is a WebSocket.
    pub fn admit(&self, peer: std::net::IpAddr) -> Option<Admission> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        let counted = if self.proxies.has(peer) {
            None
        } else {
            Some(self.count(Place::of(peer))?)
        };
        Some(Arc::new(Admitted {
            _permit: permit,
            _counted: counted,
        }))
    }

    /// Counts one more connection of a place, if it may have one.
    pub fn count(&self, place: Place) -> Option<Counted> {
        if place.is_this_machine() {
            return Some(Counted(None));
        }
        let from = place.address();
        let mut places = self.places.lock();
        let is_full = Network::levels(from).any(|(network, factor)| {
            let factor = usize::try_from(factor).unwrap_or(1);
            let most = self.most_per_place.saturating_mul(factor);
            places.get(&network).is_some_and(|count| *count >= most)
        });
        if is_full {
            return None;
        }
        for (network, _) in Network::levels(from) {
            *places.entry(network).or_insert(0) += 1;
        }
        Some(Counted(Some((from, Arc::clone(&self.places)))))
    }

    /// The proxies that are trusted.
    pub fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Waits until every connection has ended.
    pub async fn all_gone(&self) {
        // The semaphore is never closed.
        let _all = self.free.acquire_many(self.all).await;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some((from, places)) = &self.0 {
            let mut places = places.lock();
            for (network, _) in Network::levels(*from) {
                if let Some(count) = places.get_mut(&network) {
                    *count -= 1;
                    if *count == 0 {
                        places.remove(&network);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_so_many_connections_and_gets_them_back() {
        let config = Config::of(&["--max-connections-per-address", "2"]);
        let admissions = Admissions::new(&config);
        let admit = |address: &str| admissions.admit(address.parse().unwrap());
        let first = admit("2001:db8::1");
        let second = admit("2001:db8::2");
        assert!(first.is_some() && second.is_some());
        assert!(admit("2001:db8::3").is_none(), "the same household");
        assert!(admit("203.0.113.9").is_some());
        drop(second);
        assert!(admit("2001:db8::3").is_some());
        drop(first);
    }

    #[test]
    fn a_proxy_s_connections_are_not_one_place_s() {
        let config = Config::of(&[
            "--max-connections-per-address",
            "1",
            "--trusted-proxy",
            "10.0.0.1",
        ]);
        let admissions = Admissions::new(&config);
        let proxy = "10.0.0.1".parse().unwrap();
        let held = [admissions.admit(proxy), admissions.admit(proxy)];
        assert!(held.iter().all(Option::is_some));
        let visitor = Place::of("203.0.113.9".parse().unwrap());
        let counted = admissions.count(visitor);
        assert!(counted.is_some() && admissions.count(visitor).is_none());
    }
}
