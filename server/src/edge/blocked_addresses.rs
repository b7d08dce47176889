//! The addresses that the operator has blocked, each until a moment.

use std::net::IpAddr;

use parking_lot::RwLock;
use shared::id::Micros;

use crate::network::Network;

/// The blocked networks, in memory because every request is checked against them. The store
/// keeps them across restarts.
#[derive(Debug, Default)]
pub struct BlockedAddresses(RwLock<Vec<(Network, Micros)>>);

impl BlockedAddresses {
    /// Sets the blocks that the store has kept.
    pub fn restore(&self, stored: Vec<(Network, Micros)>) {
        *self.0.write() = stored;
    }

    /// Whether an address is blocked at this moment.
    pub fn contains(&self, address: IpAddr, now: Micros) -> bool {
        let blocks = self.0.read();
        blocks
            .iter()
            .any(|(network, until)| *until > now && network.contains(address))
    }

    /// Blocks a network until a moment, and forgets the blocks that are over.
    pub fn add(&self, network: Network, until: Micros, now: Micros) {
        let mut blocks = self.0.write();
        blocks.retain(|(other, until)| *other != network && *until > now);
        blocks.push((network, until));
    }

    /// Removes the block of a network.
    pub fn remove(&self, network: Network) {
        self.0.write().retain(|(other, _)| *other != network);
    }
}
