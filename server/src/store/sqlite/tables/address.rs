//! How addresses are stored.

use std::net::IpAddr;

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
