//! Where a request comes from, and what counts as one place.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;

/// The bits of an IPv6 address that a provider gives to one household or machine
/// (RFC 6177); the others it chooses for itself.
const HOUSEHOLD: u128 = u128::MAX << 64;

/// What is counted as one address: an IPv4 address, or the network of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place(IpAddr);

impl Place {
    /// The place that an address belongs to.
    pub fn of(address: IpAddr) -> Self {
        Place(match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & HOUSEHOLD).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// The address that stands for it: of an IPv6 network the first one.
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// Whether it is this machine.
    pub fn is_this_machine(self) -> bool {
        // ::1 lies in ::/64, where nobody else may be.
        self.0.is_loopback() || self.0 == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    }
}

/// The proxies whose word is taken for where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpAddr>);

impl Proxies {
    /// These, as the operator named them.
    pub fn new(addresses: &[IpAddr]) -> Self {
        Proxies(addresses.iter().map(IpAddr::to_canonical).collect())
    }

    /// Whether the address is one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Where a request comes from: what a trusted proxy says, else the peer's own address.
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.has(peer) {
            return peer;
        }
        let forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok());
        // The last one that is not itself a trusted proxy: what stands before it anyone may write.
        forwarded
            .flat_map(|value| value.split(','))
            .filter_map(|address| address.trim().parse().ok())
            .rfind(|address| !self.has(*address))
            .unwrap_or(peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn place(address: &str) -> Place {
        Place::of(address.parse().unwrap())
    }

    #[test]
    fn a_household_is_one_place_whatever_it_calls_itself() {
        assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("::ffff:203.0.113.9"), place("203.0.113.9"));
        assert_ne!(place("203.0.113.10"), place("203.0.113.9"));
        assert!(place("127.0.0.1").is_this_machine() && place("::1").is_this_machine());
        assert!(!place("203.0.113.9").is_this_machine());
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let proxies = Proxies::new(&[proxy]);
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 198.51.100.7"),
        );
        assert_eq!(proxies.origin(stranger, &headers), stranger);
        assert_eq!(proxies.origin(proxy, &headers).to_string(), "198.51.100.7");
        let mapped = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(proxies.origin(mapped, &headers).to_string(), "198.51.100.7");
    }
}
