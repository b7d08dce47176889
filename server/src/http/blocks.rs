//! Addresses that the operator keeps out, each for a time.

use std::net::IpAddr;

use parking_lot::RwLock;
use shared::id::Micros;

use crate::network::Network;

/// The blocks that hold, in memory: asked at every request.
#[derive(Debug, Default)]
pub struct Blocks(RwLock<Vec<(Network, Micros)>>);

impl Blocks {
    /// These, as they are stored.
    pub fn new(stored: Vec<(Network, Micros)>) -> Self {
        Blocks(RwLock::new(stored))
    }

    /// Whether an address is kept out.
    pub fn holds(&self, address: IpAddr, now: Micros) -> bool {
        let blocks = self.0.read();
        blocks
            .iter()
            .any(|(network, until)| *until > now && network.contains(address))
    }

    /// Keeps addresses out until then.
    pub fn add(&self, network: Network, until: Micros, now: Micros) {
        let mut blocks = self.0.write();
        blocks.retain(|(other, until)| *other != network && *until > now);
        blocks.push((network, until));
    }

    /// Lets them in again.
    pub fn remove(&self, network: Network) {
        self.0.write().retain(|(other, _)| *other != network);
    }
}
