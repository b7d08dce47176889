//! Ranges of addresses, as operators write them: `203.0.113.9`, `203.0.113.0/24`,
//! `2001:db8::/48`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address, or all that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The networks of IPv6 that are counted, by their bits, and how much more the wider may.
const SIX: [(u8, u64); 3] = [(64, 1), (56, 2), (48, 4)];
const FOUR: [(u8, u64); 1] = [(32, 1)];

impl Network {
    /// The networks that an address counts for, each with how much more it may than the first.
    pub fn levels(address: IpAddr) -> impl Iterator<Item = (Self, u64)> {
        let levels: &[(u8, u64)] = if address.to_canonical().is_ipv4() {
            &FOUR
        } else {
            &SIX
        };
        levels
            .iter()
            .map(move |(bits, factor)| (Network::around(address, *bits), *factor))
    }

    /// The network of so many bits that an address lies in; more bits than an address has
    /// are as many as it has.
    pub fn around(address: IpAddr, prefix: u8) -> Self {
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

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && Network::around(address, self.prefix).address == self.address
    }

    fn whole(address: IpAddr) -> u8 {
        if address.is_ipv4() { 32 } else { 128 }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no address like 203.0.113.9, 203.0.113.0/24 or 2001:db8::/48");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let address = address.to_canonical();
        let prefix = match prefix {
            Some(prefix) => prefix.trim().parse().map_err(|_| wrong())?,
            None => Network::whole(address),
        };
        if prefix > Network::whole(address) {
            return Err(wrong());
        }
        Ok(Network::around(address, prefix))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == Network::whole(self.address) {
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
    fn a_range_holds_what_begins_alike() {
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
    fn an_address_alone_is_written_without_its_length() {
        for text in ["203.0.113.9", "2001:db8::1"] {
            assert_eq!(network(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_a_model() {
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
