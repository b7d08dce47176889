//! The sender's own id for a command: a UUID that keeps the case of its digits.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The sender's own id for one command: a UUID, of version 7 if it is made here (RFC 9562
/// §5.7).
///
/// The store carries out one command per author and `ClientId`. A retry gets the first answer
/// again, whatever was lost in between.
///
/// Only the form of RFC 9562 §4 is accepted: 36 characters, in upper or lower case. The id is
/// written with the same case, so that clients can compare it as text. Equality, order and
/// hash depend on the bytes, not on the case.
#[derive(Clone, Copy)]
pub struct ClientId {
    uuid: Uuid,
    // Bit n, from the lowest: the n-th of the 32 hexadecimal digits, from the left, is in upper
    // case. Nearly all ids are in lower case: 0.
    upper_case: u32,
}

impl ClientId {
    /// Makes an id from the sender's clock (milliseconds since 1970) and ten
    /// random bytes.
    pub fn new(unix_millis: u64, random: &[u8; 10]) -> Self {
        let uuid = uuid::Builder::from_unix_timestamp_millis(unix_millis, random).into_uuid();
        ClientId::from_bytes(uuid.into_bytes())
    }

    /// The id of these bytes, in lower case.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        ClientId {
            uuid: Uuid::from_bytes(bytes),
            upper_case: 0,
        }
    }

    /// The same id with these digits in upper case; see [`ClientId::upper_case`].
    #[must_use]
    pub const fn with_upper_case(self, digits: u32) -> Self {
        ClientId {
            uuid: self.uuid,
            upper_case: digits,
        }
    }

    /// The bytes. Two ids are equal if these are.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.uuid.as_bytes()
    }

    /// Which of the 32 hexadecimal digits are in upper case: bit n, from the lowest, for the
    /// n-th digit from the left. Together with the bytes this is the whole text.
    pub fn upper_case(self) -> u32 {
        self.upper_case
    }

    /// Parses the form of 36 characters.
    fn parse(text: &str) -> Option<Self> {
        if text.len() != Hyphenated::LENGTH {
            return None;
        }
        // Of all forms that `uuid` accepts, only this one has 36 characters.
        let uuid = Uuid::try_parse_ascii(text.as_bytes()).ok()?;
        let digits = text.bytes().filter(|byte| *byte != b'-');
        let upper_case = digits
            .enumerate()
            .filter(|(_, digit)| digit.is_ascii_uppercase())
            .fold(0, |upper_case, (n, _)| upper_case | 1 << n);
        Some(ClientId { uuid, upper_case })
    }

    /// Calls `take` with the text, which is made without an allocation.
    fn with_text<T>(self, take: impl FnOnce(&str) -> T) -> T {
        let mut text = [0; Hyphenated::LENGTH];
        let lower = self.uuid.hyphenated().encode_lower(&mut text);
        if self.upper_case == 0 {
            return take(lower);
        }
        let digits = text.iter_mut().filter(|byte| **byte != b'-');
        for (n, digit) in digits.enumerate() {
            if self.upper_case & 1 << n != 0 {
                digit.make_ascii_uppercase();
            }
        }
        // Digits, letters and hyphens are always UTF-8.
        take(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl PartialEq for ClientId {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl Eq for ClientId {}

impl PartialOrd for ClientId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ClientId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl Hash for ClientId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.write_str(text))
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ClientId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl de::Visitor<'_> for Text {
    type Value = ClientId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID of 36 characters")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ClientId, E> {
        ClientId::parse(text).ok_or_else(|| E::custom("not a UUID of 36 characters"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<ClientId> {
        serde_json::from_value(text.into()).ok()
    }

    proptest! {
        /// Every spelling is written as it was read, and identifies the same command.
        #[test]
        fn it_is_written_as_it_was_read(bytes: [u8; 16], upper_case: u32) {
            let plain = ClientId::from_bytes(bytes);
            let text: String = plain
                .to_string()
                .char_indices()
                .map(|(at, digit)| match upper_case & 1 << (at % 32) {
                    0 => digit,
                    _ => digit.to_ascii_uppercase(),
                })
                .collect();
            let id = read(&text).unwrap();
            prop_assert_eq!(serde_json::to_value(id).unwrap(), serde_json::Value::from(text.clone()));
            prop_assert_eq!(id.to_string(), text);
            prop_assert_eq!(id, plain);
            let stored = ClientId::from_bytes(*id.as_bytes()).with_upper_case(id.upper_case());
            prop_assert_eq!(stored.to_string(), id.to_string());
        }
    }

    #[test]
    fn spellings_of_one_id_have_the_same_hash() {
        let id = read("018bcfe5-6800-7707-8707-0707070707ab").unwrap();
        let other = read("018BCFE5-6800-7707-8707-0707070707Ab").unwrap();
        assert_eq!(other.to_string(), "018BCFE5-6800-7707-8707-0707070707Ab");
        let one = std::collections::HashSet::from([id, other]);
        assert_eq!(one.len(), 1);
        assert_eq!(id.cmp(&other), Ordering::Equal);
    }

    #[test]
    fn other_forms_are_not_read() {
        for text in [
            "",
            "1",
            "018bcfe5680077078707070707070707",
            "{018bcfe5-6800-7707-8707-070707070707}",
            "urn:uuid:018bcfe5-6800-7707-8707-070707070707",
            "018bcfe5-6800-7707-8707-07070707070",
            "018bcfe5-6800-7707-8707-07070707070g",
            "018bcfe56-800-7707-8707-070707070707",
            "018bcfe5-6800-7707-8707-0707070707\u{e9}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
