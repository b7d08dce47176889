//! An address of mail.

use std::fmt;

use lettre::Address;
use url::Host;

/// The longest address, in bytes (RFC 5321 § 4.5.3.1.3, without the angle brackets).
const MAX_BYTES: usize = 254;
/// The longest part before the `@` (§ 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An address that mail can be sent to: `local@domain`, in ASCII. What one seldom sees is no
/// address here: quoted parts, comments, numeric hosts, other letters before the `@`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(Address);

impl MailAddress {
    /// Parses an address. The domain is written as the name system knows it.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.trim().rsplit_once('@')?;
        if !is_local_part(local) {
            return None;
        }
        let Host::Domain(domain) = Host::parse(domain).ok()? else {
            return None;
        };
        if local.len() + 1 + domain.len() > MAX_BYTES {
            return None;
        }
        Address::new(local, domain).ok().map(MailAddress)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// The address as the sender's library has it.
    pub fn into_address(self) -> Address {
        self.0
    }
}

impl fmt::Debug for MailAddress {
    /// Shows nothing of the address, which must reach no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress")
    }
}

/// Words of `atext`, joined by single dots (RFC 5322 § 3.2.3).
fn is_local_part(local: &str) -> bool {
    let is_atext =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_atext);
    local.len() <= MAX_LOCAL_BYTES && local.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_are_taken_and_the_domain_is_written_in_ascii() {
        for (text, address) in [
            ("ada@example.org", "ada@example.org"),
            (" Ada.Lee+chat@Example.ORG ", "Ada.Lee+chat@example.org"),
            ("ada@마당.example", "ada@xn--ok1b32k.example"),
            ("o'neil@example.org", "o'neil@example.org"),
        ] {
            let parsed = MailAddress::parse(text);
            assert_eq!(parsed.as_ref().map(MailAddress::as_str), Some(address));
        }
    }

    #[test]
    fn what_could_be_read_as_something_else_is_no_address() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("a@{}", "a.".repeat(126) + "aa");
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a da@example.org",
            "ada@exam ple.org",
            ".ada@example.org",
            "a..da@example.org",
            "\"a b\"@example.org",
            "ada@[192.0.2.1]",
            "ada@192.0.2.1",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\r\n@example.org",
            "ada>@example.org",
            "ada,eve@example.org",
            "에이다@example.org",
            "ada@example.org@evil example",
            &long,
            &longer,
        ] {
            assert!(MailAddress::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_not_shown() {
        let address = MailAddress::parse("ada@example.org").unwrap();
        assert_eq!(format!("{address:?}"), "MailAddress");
    }
}
