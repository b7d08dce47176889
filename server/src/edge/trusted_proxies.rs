//! From which address a request comes, where proxies forward it.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use super::address_group::{AddressGroup, AddressSource};
use super::client_address::ClientAddress;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpAddr>);

impl TrustedProxies {
    /// The addresses that the operator named.
    pub fn new(addresses: &[IpAddr]) -> Self {
        TrustedProxies(addresses.iter().map(IpAddr::to_canonical).collect())
    }

    /// Whether the address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// The address that a request comes from: what trusted proxies say, else the peer.
    ///
    /// Each proxy appends to `X-Forwarded-For` the address from which it got the request. So
    /// the list is read from its end, as long as it names trusted proxies. The first other
    /// address is the client's; what stands before it may be forged. An entry that cannot be
    /// read ends the list too, and the client then counts for the last proxy that is known.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let (ip, source) = self.resolve(peer, headers);
        ClientAddress {
            ip,
            group: AddressGroup::new(ip, source),
        }
    }

    fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> (IpAddr, AddressSource) {
        if !self.contains(peer) {
            return (peer, AddressSource::Peer);
        }
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let mut nearest = peer;
        for entry in entries {
            match forwarded_address(entry) {
                Some(address) if self.contains(address) => nearest = address,
                Some(address) => return (address, AddressSource::Forwarded),
                None => break,
            }
        }
        (nearest, AddressSource::UnnamedClient)
    }
}

/// The address in one entry of `X-Forwarded-For`. Some proxies write its port too, and
/// brackets around an IPv6 address.
fn forwarded_address(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || Some(entry.parse::<SocketAddr>().ok()?.ip());
    entry
        .parse()
        .ok()
        .or_else(|| bracketed().map(IpAddr::V6))
        .or_else(with_port)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn peer_group(address: &str) -> AddressGroup {
        AddressGroup::of_peer(address.parse().unwrap())
    }

    /// The group that a request counts for where 10.0.0.1, 127.0.0.1 and `2001:db8::99` are
    /// trusted proxies.
    fn group_of(peer: &str, lines: &[&'static [u8]]) -> AddressGroup {
        let trusted = ["10.0.0.1", "127.0.0.1", "2001:db8::99"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        TrustedProxies::new(&trusted)
            .client_address(peer.parse().unwrap(), &headers)
            .group
    }

    fn forwarded(address: &str) -> AddressGroup {
        AddressGroup::new(address.parse().unwrap(), AddressSource::Forwarded)
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let lines: [&[u8]; 1] = [b"1.1.1.1, 198.51.100.7"];
        assert_eq!(group_of("203.0.113.9", &lines), peer_group("203.0.113.9"));
        assert_eq!(group_of("10.0.0.1", &lines), forwarded("198.51.100.7"));
        assert_eq!(
            group_of("::ffff:10.0.0.1", &lines),
            forwarded("198.51.100.7")
        );
        assert_eq!(group_of("2001:db8::99", &lines), forwarded("198.51.100.7"));
    }

    #[test]
    fn the_list_is_read_from_its_end_while_it_names_trusted_proxies() {
        for (lines, expected) in [
            (&[&b"9.9.9.9, 203.0.113.9, 10.0.0.1"[..]][..], "203.0.113.9"),
            (&[b"9.9.9.9", b"203.0.113.9", b"10.0.0.1"], "203.0.113.9"),
            (&[b"\xff, 203.0.113.9"], "203.0.113.9"),
            (&[b"9.9.9.9, 203.0.113.9:5555"], "203.0.113.9"),
            (&[b"9.9.9.9,\t203.0.113.9 "], "203.0.113.9"),
            (&[b"9.9.9.9, [2001:db8:5::1]:443"], "2001:db8:5::1"),
            (&[b"9.9.9.9, [2001:db8:5::1]"], "2001:db8:5::1"),
            (&[b"9.9.9.9, 2001:db8:5::1"], "2001:db8:5::1"),
            (&[b"9.9.9.9, ::ffff:203.0.113.9"], "203.0.113.9"),
            (
                &[b"203.0.113.9, 10.0.0.1:80, [2001:db8::99]:8080"],
                "203.0.113.9",
            ),
        ] {
            assert_eq!(
                group_of("10.0.0.1", lines),
                forwarded(expected),
                "{lines:?}"
            );
        }
    }

    #[test]
    fn an_unreadable_entry_ends_the_list_and_the_last_known_proxy_counts() {
        for (lines, expected) in [
            (&[][..], "127.0.0.1"),
            (&[&b""[..]][..], "127.0.0.1"),
            (&[b"203.0.113.9, "], "127.0.0.1"),
            (&[b"203.0.113.9, unknown"], "127.0.0.1"),
            (&[b"203.0.113.9, \xff"], "127.0.0.1"),
            (&[b"203.0.113.9, 198.51.100.7:http"], "127.0.0.1"),
            (&[b"203.0.113.9, 198.51.100.7:99999"], "127.0.0.1"),
            (&[b"203.0.113.9, [198.51.100.7]"], "127.0.0.1"),
            (&[b"203.0.113.9, 198.51.100.7 x"], "127.0.0.1"),
            (&[b"203.0.113.9, junk, 10.0.0.1"], "10.0.0.1"),
            (&[b"10.0.0.1, 127.0.0.1"], "10.0.0.1"),
        ] {
            let found = group_of("127.0.0.1", lines);
            let proxy = AddressGroup::new(expected.parse().unwrap(), AddressSource::UnnamedClient);
            assert_eq!(found, proxy, "{lines:?}");
            assert!(
                !found.is_this_machine(),
                "clients behind a proxy are always counted"
            );
        }
        assert!(!group_of("10.0.0.1", &[b"127.0.0.2"]).is_this_machine());
    }
}
