//! Client data: what the browser says of the page that asked (§5.8.1).

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::challenge::{Ceremony, Challenge};
use super::error::PasskeyError;

/// Bytes of client data at most; a long origin and what browsers add have some hundreds.
const MAX_BYTES: usize = 4 * 1024;

/// Client data. Members that are not known are ignored, as the specification asks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default, rename = "topOrigin", deserialize_with = "is_present")]
    has_top_origin: bool,
}

fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl ClientData {
    /// Parses `clientDataJSON`. A byte order mark is removed, as UTF-8 decode does.
    pub fn parse(bytes: &[u8]) -> Result<Self, PasskeyError> {
        if bytes.len() > MAX_BYTES {
            return Err(PasskeyError::ClientData);
        }
        let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        serde_json::from_slice(json).map_err(|_| PasskeyError::ClientData)
    }

    /// The challenge that it claims to answer.
    pub fn challenge(&self) -> Result<Challenge, PasskeyError> {
        Challenge::parse(&self.challenge).ok_or(PasskeyError::Challenge)
    }

    /// Steps 7 to 11 of §7.1, and 10 to 14 of §7.2. Our page is in no frame of another origin.
    pub fn check(
        &self,
        ceremony: Ceremony,
        challenge: Challenge,
        origin: &str,
    ) -> Result<(), PasskeyError> {
        if self.kind != ceremony.client_data_type() {
            return Err(PasskeyError::Type);
        }
        if self.challenge != challenge.text() {
            return Err(PasskeyError::Challenge);
        }
        if self.origin != origin {
            return Err(PasskeyError::Origin);
        }
        if self.cross_origin || self.has_top_origin {
            return Err(PasskeyError::CrossOrigin);
        }
        Ok(())
    }
}
