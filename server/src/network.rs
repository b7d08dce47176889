//! Ranges of IP addresses, in CIDR notation: `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/48`.
//!
//! A plain value, used by the edge, the rate limits, the store and the operator's commands.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One address, or all addresses with the same prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The prefix lengths of the networks in which an address is counted, and the factors of their
/// limits. A provider gives a customer an IPv6 network of /64, /56 or /48.
const COUNTED_IPV6: [(u8, u64); 3] = [(64, 1), (56, 2), (48, 4)];
const COUNTED_IPV4: [(u8, u64); 1] = [(32, 1)];

impl Network {
    /// The networks in which an address is counted, the narrowest first, each with the factor
    /// by which its limit is higher than the narrowest one's.
    pub fn counted_for(address: IpAddr) -> impl Iterator<Item = (Self, u64)> {
        let networks: &[(u8, u64)] = if address.to_canonical().is_ipv4() {
            &COUNTED_IPV4
        } else {
            &COUNTED_IPV6
        };
        networks
            .iter()
            .map(move |(bits, factor)| (Network::containing(address, *bits), *factor))
    }

    /// The network of this prefix length that contains the address. A length above the
    /// address's own (32 or 128) counts as that length.
    pub fn containing(address: IpAddr, prefix: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let prefix = prefix.min(32);
                let mask = u32::MAX.checked_shl(u32::from(32 - prefix)).unwrap_or(0);
                Network {
                    address: IpAddr::V4((v4.to_bits() & mask).into()),
                    prefix,
                }
            }
            IpAddr::V6(v6) => {
                let prefix = prefix.min(128);
                let mask = u128::MAX.checked_shl(u32::from(128 - prefix)).unwrap_or(0);
                Network {
                    address: IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask)),
                    prefix,
                }
            }
        }
    }

    /// Whether the address is in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && Network::containing(address, self.prefix).address == self.address
    }

    fn full_length(address: IpAddr) -> u8 {
        if address.is_ipv4() { 32 } else { 128 }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid =
            || format!("{text:?} is no address like 203.0.113.9, 203.0.113.0/24 or 2001:db8::/48");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| invalid())?;
        let address = address.to_canonical();
        let prefix = match prefix {
            Some(prefix) => prefix.trim().parse().map_err(|_| invalid())?,
            None => Network::full_length(address),
        };
        if prefix > Network::full_length(address) {
            return Err(invalid());
        }
        Ok(Network::containing(address, prefix))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == Network::full_length(self.address) {
            write!(formatter, "{}", self.address)
        } else {
            write!(formatter, "{}/{}", self.address, self.prefix)
        }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        let range = network("203.0.113.77/24");
        assert_eq!(range.to_string(), "203.0.113.0/24");
        assert!(range.contains("203.0.113.9".parse().unwrap()));
        assert!(range.contains("::ffff:203.0.113.9".parse().unwrap()));
        assert!(!range.contains("203.0.114.9".parse().unwrap()));
        assert!(!range.contains("2001:db8::1".parse().unwrap()));
        let six = network("2001:db8:1::/48");
        assert!(six.contains("2001:db8:1:2::3".parse().unwrap()));
        assert!(!six.contains("2001:db8:2::3".parse().unwrap()));
        let all = network("0.0.0.0/0");
        assert!(all.contains("8.8.8.8".parse().unwrap()));
    }

    #[test]
    fn a_single_address_is_written_without_prefix_length() {
        for text in ["203.0.113.9", "2001:db8::1"] {
            assert_eq!(network(text).to_string(), text);
        }
    }

    #[test]
    fn invalid_text_is_refused_with_an_example() {
        for text in [
            "",
            "example.org",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/",
            "1.2.3/8",
        ] {
            let refused = text.parse::<Network>().unwrap_err();
            assert!(refused.contains("203.0.113.0/24"), "{text}");
        }
    }
}
