//! A host and its port, as requests and settings name them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// A host and an optional port: the `authority` of a URI without user information
/// (RFC 3986 § 3.2). Spelled as browsers do (WHATWG URL § 3.5): lower case, names outside
/// ASCII in punycode, addresses in their usual form, no dot at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The host.
    pub host: Host,
    /// The port, if the text names one.
    pub port: Option<u16>,
}

impl Authority {
    /// Parses `host[:port]`; none if it is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        // The colons in the brackets of an IPv6 address are its own.
        let end = text.rfind(']').map_or(0, |bracket| bracket + 1);
        let (host, port) = match text.get(end..)?.split_once(':') {
            Some((rest, port)) => (text.get(..end + rest.len())?, port),
            None => (text, ""),
        };
        let port = match port {
            "" => None,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            _ => return None,
        };
        let host = match Host::parse(host).ok()? {
            // A dot at the end changes nothing: a host name is absolute (RFC 1034 § 3.1).
            Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
            address => address,
        };
        let is_empty = matches!(&host, Host::Domain(name) if name.is_empty());
        (!is_empty).then_some(Authority { host, port })
    }

    /// Whether the host is this machine, by name or by address.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => IpAddr::V6(*address).to_canonical().is_loopback(),
        }
    }

    /// Whether the host is an IP address, not a name.
    pub fn is_ip_address(&self) -> bool {
        !matches!(self.host, Host::Domain(_))
    }

    /// Whether nobody can connect to it: the unspecified address, or port zero.
    pub fn is_unreachable(&self) -> bool {
        let unspecified = match &self.host {
            Host::Domain(_) => false,
            Host::Ipv4(address) => *address == Ipv4Addr::UNSPECIFIED,
            Host::Ipv6(address) => *address == Ipv6Addr::UNSPECIFIED,
        };
        unspecified || self.port == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, Option<u16>)> {
        Authority::parse(text).map(|authority| (authority.host.to_string(), authority.port))
    }

    #[test]
    fn a_host_is_spelled_as_browsers_spell_it() {
        for (text, host, port) in [
            ("Chat.Example.ORG", "chat.example.org", None),
            ("chat.example.org.", "chat.example.org", None),
            ("chat.example.org:", "chat.example.org", None),
            ("chat.example.org:8443", "chat.example.org", Some(8443)),
            ("münchen.example", "xn--mnchen-3ya.example", None),
            ("127.1:80", "127.0.0.1", Some(80)),
            ("[2001:DB8:0::1]:3000", "[2001:db8::1]", Some(3000)),
            ("[::1]", "[::1]", None),
        ] {
            assert_eq!(parsed(text), Some((host.to_owned(), port)), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_host_is_refused() {
        for text in [
            "",
            ".",
            ":80",
            "@",
            "ada@chat.example.org",
            "chat example.org",
            "chat.example.org/",
            "chat.example.org:http",
            "chat.example.org:+80",
            "chat.example.org:99999",
            "chat.example.org:80:80",
            "::1",
            "[::1",
            "::1]",
            "[::1]x",
            "a[::1]",
            "[127.0.0.1]",
            "256.256.256.256",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }
}
