//! Where things were written, and addresses that are kept out.

use std::net::IpAddr;

use rusqlite::params;
use shared::id::Micros;

use super::{Applied, Transaction};
use crate::network::Network;
use crate::store::Outcome;

/// How exactly it is kept when an address was last used.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

impl Transaction<'_> {
    /// The number of an address, by which what was written from there can be found.
    pub(super) fn address(&mut self, from: Option<IpAddr>) -> rusqlite::Result<Option<i64>> {
        let Some(from) = from else {
            return Ok(None);
        };
        let day = self.now.0 / DAY;
        if let Some(id) = self.heads.address(from, day) {
            return Ok(Some(id));
        }
        let id = self
            .connection
            .prepare_cached(
                "INSERT INTO addresses (network, used_at) VALUES (?1, ?2)
                 ON CONFLICT (network) DO UPDATE SET used_at = excluded.used_at RETURNING id",
            )?
            .query_row(params![network_bytes(from), self.now.0], |row| row.get(0))?;
        self.heads.keep_address(from, day, id);
        Ok(Some(id))
    }

    pub(super) fn block(&mut self, network: Network, until: Micros) -> Applied {
        self.connection
            .prepare_cached(
                "INSERT INTO blocks (network, until, created_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (network) DO UPDATE SET until = excluded.until",
            )?
            .execute(params![network.to_string(), until.0, self.now.0])?;
        Ok(Outcome::default())
    }

    pub(super) fn unblock(&mut self, network: Network) -> Applied {
        self.connection
            .prepare_cached("DELETE FROM blocks WHERE network = ?1")?
            .execute([network.to_string()])?;
        Ok(Outcome::default())
    }
}

/// An address as `addresses.network` has it: four bytes, or the first eight of an IPv6
/// address, which belong to one household.
pub fn network_bytes(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

/// The first address of what `addresses.network` says.
pub fn network_address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(four));
    }
    let mut sixteen = [0; 16];
    sixteen.get_mut(..8)?.copy_from_slice(bytes.get(..8)?);
    Some(IpAddr::from(sixteen))
}
