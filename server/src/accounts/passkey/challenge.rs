//! Challenges: random bytes that an authenticator signs, so that an answer is used once.

use std::time::Duration;

use serde::{Serialize, Serializer};

use super::base64url;

const BYTES: usize = 32;
/// A challenge holds for this time, and the browser's question is open as long.
pub const LIFETIME: Duration = Duration::from_mins(5);

/// What a challenge is issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// A passkey is made (§7.1).
    Registration,
    /// A passkey is used (§7.2).
    Authentication,
}

impl Ceremony {
    /// The `type` of its client data (§5.8.1).
    pub fn client_data_type(self) -> &'static str {
        match self {
            Ceremony::Registration => "webauthn.create",
            Ceremony::Authentication => "webauthn.get",
        }
    }
}

/// 256 bits: those of a challenge that was issued, or of one that an answer claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Challenge([u8; BYTES]);

impl Challenge {
    /// New random bytes; none if the system gives none.
    pub fn random() -> Option<Self> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Challenge(bytes))
    }

    /// The challenge of a client data's text; none if it does not have the form of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64url::decode(text)?;
        bytes.try_into().ok().map(Challenge)
    }

    /// The text as client data has it: base64url without padding.
    pub fn text(&self) -> String {
        base64url::encode(&self.0)
    }
}

impl Serialize for Challenge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

/// A challenge that was issued, has not expired and was not used before. Only the table of
/// challenges makes one, and a verification consumes it.
#[derive(Debug)]
pub struct FreshChallenge(pub(super) Challenge);

impl FreshChallenge {
    /// The challenge, which is fresh no more.
    pub fn use_up(self) -> Challenge {
        self.0
    }
}
