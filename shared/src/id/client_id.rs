//! The sender's own id for a command: a UUID that keeps the spelling it was written in.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The sender's own name for one command: a UUID, of version 7 where it is made here
/// (RFC 9562 §5.7).
///
/// The store carries out one command per author and `ClientId`; a retry gets the
/// first answer again, whatever was lost on the way.
///
/// It is read in the form of RFC 9562 §4 alone: 36 characters, in upper or lower case.
/// It is written as it was read, so that a client that compares texts finds its own. Two are
/// equal, and order and hash alike, when their bytes are equal, whatever their spelling.
#[derive(Clone, Copy)]
pub struct ClientId {
    uuid: Uuid,
    // Bit n, from the lowest: the n-th of the 32 hexadecimal digits, from the left, is written
    // in upper case. Zero is lower case, which nearly all of them are.
    upper_case: u32,
}

impl ClientId {
    /// Makes an id from the sender's clock (milliseconds since 1970) and ten
    /// random bytes.
    pub fn new(unix_millis: u64, random: &[u8; 10]) -> Self {
        let uuid = uuid::Builder::from_unix_timestamp_millis(unix_millis, random).into_uuid();
        ClientId::from_bytes(uuid.into_bytes())
    }

    /// The id of this value, written in lower case.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        ClientId {
            uuid: Uuid::from_bytes(bytes),
            upper_case: 0,
        }
    }

    /// The same value with these digits in upper case; see [`ClientId::upper_case`].
    #[must_use]
    pub const fn with_upper_case(self, digits: u32) -> Self {
        ClientId {
            uuid: self.uuid,
            upper_case: digits,
        }
    }

    /// The value: all that makes an id equal to another.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.uuid.as_bytes()
    }

    /// Which of the 32 hexadecimal digits are letters in upper case: bit n, from the lowest,
    /// for the n-th digit from the left. With the value this is the whole spelling.
    pub fn upper_case(self) -> u32 {
        self.upper_case
    }

    /// Reads the form of 36 characters.
    fn parse(text: &str) -> Option<Self> {
        if text.len() != Hyphenated::LENGTH {
            return None;
        }
        // Of the forms that it takes only this one has so many characters.
        let uuid = Uuid::try_parse_ascii(text.as_bytes()).ok()?;
        let digits = text.bytes().filter(|byte| *byte != b'-');
        let upper_case = digits
            .enumerate()
            .filter(|(_, digit)| digit.is_ascii_uppercase())
            .fold(0, |upper_case, (n, _)| upper_case | 1 << n);
        Some(ClientId { uuid, upper_case })
    }

    /// Hands over the text, which is made without allocating.
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
        /// Every spelling is written as it was read, and names the same command.
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
    fn spellings_of_one_value_are_one_in_a_table() {
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
