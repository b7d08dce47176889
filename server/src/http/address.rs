//! Where a request comes from, and what counts as one place.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// The bits of an IPv6 address that a provider gives to one household or machine
/// (RFC 6177); the others it chooses for itself.
const HOUSEHOLD: u128 = u128::MAX << 64;

/// What is counted as one address: an IPv4 address, or the network of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    address: IpAddr,
    seen: ResumePoint,
}

/// How a place's address is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ResumePoint {
    /// It is the other end of the connection.
    Itself,
    /// A trusted proxy tells it.
    Forwarded,
    /// It is a trusted proxy's, which does not tell whom it forwards.
    Unnamed,
}

impl Place {
    /// The place that the other end of a connection belongs to.
    pub fn of(address: IpAddr) -> Self {
        Place::seen(address, ResumePoint::Itself)
    }

    /// The address that stands for it: of an IPv6 network the first one.
    pub fn address(self) -> IpAddr {
        self.address
    }

    fn seen(address: IpAddr, seen: ResumePoint) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & HOUSEHOLD).into(),
            v4 @ IpAddr::V4(_) => v4,
        };
        Place { address, seen }
    }

    /// Whether it is this machine, whose own programs are not counted. What comes through a
    /// proxy is somebody's who is elsewhere, whatever its address.
    pub fn is_this_machine(self) -> bool {
        // ::1 lies in ::/64, where nobody else may be.
        let is_here =
            self.address.is_loopback() || self.address == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        is_here && self.seen == ResumePoint::Itself
    }

    /// Whether it stands for all visitors whom a trusted proxy does not name.
    pub fn is_unnamed(self) -> bool {
        self.seen == ResumePoint::Unnamed
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

    /// Where a request comes from: what trusted proxies say, else the peer itself.
    ///
    /// Each proxy adds at the end of `X-Forwarded-For` whom it had the request from. So
    /// the list is read from there, as long as it is trusted proxies that are named: what
    /// stands before the first other address anyone may have written. An entry that cannot
    /// be read ends it as well, and the visitor counts for the last proxy that is known.
    pub fn place(&self, peer: IpAddr, headers: &HeaderMap) -> Place {
        let (address, seen) = self.seen(peer, headers);
        Place::seen(address, seen)
    }

    /// The same, as an address to its last bit.
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.seen(peer, headers).0
    }

    fn seen(&self, peer: IpAddr, headers: &HeaderMap) -> (IpAddr, ResumePoint) {
        if !self.has(peer) {
            return (peer, ResumePoint::Itself);
        }
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let mut nearest = peer;
        for entry in entries {
            match forwarded(entry) {
                Some(address) if self.has(address) => nearest = address,
                Some(address) => return (address, ResumePoint::Forwarded),
                None => break,
            }
        }
        (nearest, ResumePoint::Unnamed)
    }
}

/// The address in one entry of `X-Forwarded-For`. Some proxies write its port too, and
/// brackets around an IPv6 address.
fn forwarded(entry: &[u8]) -> Option<IpAddr> {
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

    /// Where a request comes from that the proxies 10.0.0.1, 127.0.0.1 and `2001:db8::99` are
    /// trusted for.
    fn said_by(peer: &str, lines: &[&'static [u8]]) -> Place {
        let trusted = ["10.0.0.1", "127.0.0.1", "2001:db8::99"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        Proxies::new(&trusted).place(peer.parse().unwrap(), &headers)
    }

    fn behind(address: &str) -> Place {
        Place::seen(address.parse().unwrap(), ResumePoint::Forwarded)
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let lines: [&[u8]; 1] = [b"1.1.1.1, 198.51.100.7"];
        assert_eq!(said_by("203.0.113.9", &lines), place("203.0.113.9"));
        assert_eq!(said_by("10.0.0.1", &lines), behind("198.51.100.7"));
        assert_eq!(said_by("::ffff:10.0.0.1", &lines), behind("198.51.100.7"));
        assert_eq!(said_by("2001:db8::99", &lines), behind("198.51.100.7"));
    }

    #[test]
    fn the_list_is_read_from_its_end_through_trusted_proxies() {
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
            assert_eq!(said_by("10.0.0.1", lines), behind(expected), "{lines:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_list_and_counts_for_the_last_proxy_that_is_known() {
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
            let found = said_by("127.0.0.1", lines);
            let proxy = Place::seen(expected.parse().unwrap(), ResumePoint::Unnamed);
            assert_eq!(found, proxy, "{lines:?}");
            assert!(
                !found.is_this_machine(),
                "nobody behind a proxy is uncounted"
            );
        }
        assert!(!said_by("10.0.0.1", &[b"127.0.0.2"]).is_this_machine());
    }
}
