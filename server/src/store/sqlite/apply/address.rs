//! The addresses that messages came from, and blocked networks.

use std::net::IpAddr;

use rusqlite::params;
use shared::id::Micros;

use super::transaction::{Applied, WriteTransaction};
use crate::network::Network;
use crate::store::Outcome;
use crate::store::sqlite::days::DAY;

impl WriteTransaction<'_> {
    /// The id of an address, by which the messages from there can be found.
    pub(super) fn address_id(&mut self, address: Option<IpAddr>) -> rusqlite::Result<Option<i64>> {
        let Some(address) = address else {
            return Ok(None);
        };
        // The last use of an address is stored once a day.
        let day = self.now.0 / DAY;
        if let Some(id) = self.heads.address_id(address, day) {
            return Ok(Some(id));
        }
        let id = self
            .connection
            .prepare_cached(
                "INSERT INTO addresses (network, used_at) VALUES (?1, ?2)
                 ON CONFLICT (network) DO UPDATE SET used_at = excluded.used_at RETURNING id",
            )?
            .query_row(params![network_bytes(address), self.now.0], |row| {
                row.get(0)
            })?;
        self.heads.cache_address(address, day, id);
        Ok(Some(id))
    }

    pub(super) fn block(&mut self, network: Network, until: Micros) -> Applied {
        self.connection
            .prepare_cached(
                "INSERT INTO blocks (network, until, created_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (network) DO UPDATE SET until = excluded.until",
            )?
            .execute(params![network.to_string(), until.0, self.now.0])?;
        Ok(Outcome::Done)
    }

    pub(super) fn unblock(&mut self, network: Network) -> Applied {
        self.connection
            .prepare_cached("DELETE FROM blocks WHERE network = ?1")?
            .execute([network.to_string()])?;
        Ok(Outcome::Done)
    }
}

/// An address as `addresses.network` stores it: four bytes, or the first eight of an IPv6
/// address, which one household shares.
pub fn network_bytes(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

/// The first address of a stored `addresses.network`.
pub fn network_address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(four));
    }
    let mut sixteen = [0; 16];
    sixteen.get_mut(..8)?.copy_from_slice(bytes.get(..8)?);
    Some(IpAddr::from(sixteen))
}
