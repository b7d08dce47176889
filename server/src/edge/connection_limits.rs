//! How many connections there may be: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::address_group::AddressGroup;
use super::trusted_proxies::TrustedProxies;
use crate::config::Config;
use crate::network::Network;

/// A connection holds this as long as it is open, also after it became a WebSocket. The last
/// clone that is dropped gives the connection's slots back.
pub type ConnectionPermit = Arc<dyn Send + Sync>;

/// The number of open connections from each network.
type Counts = Arc<Mutex<HashMap<Network, usize>>>;

/// The limits, and the connections that count towards them.
pub struct ConnectionLimits {
    free: Arc<Semaphore>,
    total: u32,
    // Locked for a moment when a connection opens or closes.
    per_network: Counts,
    max_per_address: usize,
    proxies: Arc<TrustedProxies>,
}

/// What a [`ConnectionPermit`] gives back when it is dropped.
struct Slots {
    _of_all: OwnedSemaphorePermit,
    _of_address: Option<AddressSlot>,
}

/// One connection in the count of its address, until this is dropped. Connections from this
/// machine are not counted.
pub struct AddressSlot(Option<(IpAddr, Counts)>);

impl ConnectionLimits {
    /// The limits of the settings.
    pub(super) fn new(config: &Config, proxies: Arc<TrustedProxies>) -> Self {
        let total = u32::try_from(config.max_connections)
            .unwrap_or(u32::MAX)
            .max(1);
        ConnectionLimits {
            free: Arc::new(Semaphore::new(total as usize)),
            total,
            per_network: Arc::default(),
            max_per_address: config.max_connections_per_address,
            proxies,
        }
    }

    /// The permit for a new connection; none when a limit is reached. A trusted proxy's
    /// connections carry many clients: one counts for an address only when it becomes
    /// a WebSocket, by [`ConnectionLimits::count`].
    pub fn admit(&self, peer: IpAddr) -> Option<ConnectionPermit> {
        let of_all = Arc::clone(&self.free).try_acquire_owned().ok()?;
        let of_address = if self.proxies.contains(peer) {
            None
        } else {
            Some(self.count(AddressGroup::of_peer(peer))?)
        };
        Some(Arc::new(Slots {
            _of_all: of_all,
            _of_address: of_address,
        }))
    }

    /// Counts one more connection from an address; none when its limit is reached.
    pub fn count(&self, group: AddressGroup) -> Option<AddressSlot> {
        if group.is_this_machine() {
            return Some(AddressSlot(None));
        }
        let address = group.address();
        let mut counts = self.per_network.lock();
        let is_full = Network::counted_for(address).any(|(network, factor)| {
            let factor = usize::try_from(factor).unwrap_or(1);
            let limit = self.max_per_address.saturating_mul(factor);
            counts.get(&network).is_some_and(|count| *count >= limit)
        });
        if is_full {
            return None;
        }
        for (network, _) in Network::counted_for(address) {
            *counts.entry(network).or_insert(0) += 1;
        }
        Some(AddressSlot(Some((address, Arc::clone(&self.per_network)))))
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        (self.total as usize).saturating_sub(self.free.available_permits())
    }

    /// Waits until every connection has closed.
    pub async fn all_closed(&self) {
        // This fails only if the semaphore is closed, which never happens.
        let _all = self.free.acquire_many(self.total).await;
    }
}

impl Drop for AddressSlot {
    fn drop(&mut self) {
        if let Some((address, counts)) = &self.0 {
            let mut counts = counts.lock();
            for (network, _) in Network::counted_for(*address) {
                if let Some(count) = counts.get_mut(&network) {
                    *count -= 1;
                    if *count == 0 {
                        counts.remove(&network);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(arguments: &[&str]) -> ConnectionLimits {
        let config = Config::of(arguments);
        let proxies = TrustedProxies::new(&config.trusted_proxies);
        ConnectionLimits::new(&config, Arc::new(proxies))
    }

    #[test]
    fn an_address_group_has_a_limit_and_closed_connections_free_it() {
        let limits = limits(&["--max-connections-per-address", "2"]);
        let admit = |address: &str| limits.admit(address.parse().unwrap());
        let first = admit("2001:db8::1");
        let second = admit("2001:db8::2");
        assert!(first.is_some() && second.is_some());
        assert!(admit("2001:db8::3").is_none(), "the same /64 network");
        assert!(admit("203.0.113.9").is_some());
        drop(second);
        assert!(admit("2001:db8::3").is_some());
        drop(first);
    }

    #[test]
    fn connections_of_a_proxy_count_for_the_clients_behind_it() {
        let limits = limits(&[
            "--max-connections-per-address",
            "1",
            "--trusted-proxy",
            "10.0.0.1",
        ]);
        let proxy = "10.0.0.1".parse().unwrap();
        let held = [limits.admit(proxy), limits.admit(proxy)];
        assert!(held.iter().all(Option::is_some));
        let client = AddressGroup::of_peer("203.0.113.9".parse().unwrap());
        let slot = limits.count(client);
        assert!(slot.is_some() && limits.count(client).is_none());
    }
}
