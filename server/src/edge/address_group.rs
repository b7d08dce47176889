//! The group of addresses that is counted as one client.

use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that a provider assigns to one household or machine
/// (RFC 6177). The household chooses the other bits freely.
const HOUSEHOLD: u128 = u128::MAX << 64;

/// The addresses that are counted as one: a single IPv4 address, or the /64 network of an IPv6
/// address. `Network::counted_for` gives the wider IPv6 networks in which it is counted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressGroup {
    address: IpAddr,
    source: AddressSource,
}

/// How the address of a request is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum AddressSource {
    /// It is the other end of the connection.
    Peer,
    /// A trusted proxy forwards the request and names the address.
    Forwarded,
    /// A trusted proxy forwards the request and does not name the client: this is the address
    /// of the proxy.
    UnnamedClient,
}

impl AddressGroup {
    /// The group that the other end of a connection belongs to.
    pub fn of_peer(address: IpAddr) -> Self {
        AddressGroup::new(address, AddressSource::Peer)
    }

    pub(super) fn new(address: IpAddr, source: AddressSource) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & HOUSEHOLD).into(),
            v4 @ IpAddr::V4(_) => v4,
        };
        AddressGroup { address, source }
    }

    /// The address that stands for the group: the first one of an IPv6 network.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// Whether it is this machine, whose own programs are not counted. A client behind a proxy
    /// is never this machine, whatever its address.
    pub fn is_this_machine(self) -> bool {
        // ::1 is the only address in use in ::/64.
        let is_loopback =
            self.address.is_loopback() || self.address == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        is_loopback && self.source == AddressSource::Peer
    }

    /// Whether it stands for all clients whom a trusted proxy does not name.
    pub fn is_unnamed_client(self) -> bool {
        self.source == AddressSource::UnnamedClient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(address: &str) -> AddressGroup {
        AddressGroup::of_peer(address.parse().unwrap())
    }

    #[test]
    fn all_addresses_of_a_household_are_one_group() {
        assert_eq!(group("2001:db8:1:2::1"), group("2001:db8:1:2:ffff::9"));
        assert_ne!(group("2001:db8:1:2::1"), group("2001:db8:1:3::1"));
        assert_eq!(group("::ffff:203.0.113.9"), group("203.0.113.9"));
        assert_ne!(group("203.0.113.10"), group("203.0.113.9"));
        assert!(group("127.0.0.1").is_this_machine() && group("::1").is_this_machine());
        assert!(!group("203.0.113.9").is_this_machine());
    }
}
