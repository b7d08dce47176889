//! What the options of both ceremonies have in common (§5.8).

use serde::Serialize;

use super::base64url::Base64Url;
use super::challenge::LIFETIME;

/// `type` of all credentials here.
pub const PUBLIC_KEY: &str = "public-key";

/// Whether the authenticator must verify the person, by a PIN or a finger (§5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UserVerification {
    /// The passkey is the only factor.
    Required,
    /// The passkey comes with another factor.
    Preferred,
}

/// A credential that the browser looks for (§5.8.3).
#[derive(Clone, Debug, Serialize)]
pub struct CredentialDescriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Base64Url,
}

impl CredentialDescriptor {
    /// Descriptors of these credential ids.
    pub fn all(ids: &[Vec<u8>]) -> Vec<Self> {
        ids.iter()
            .map(|id| CredentialDescriptor {
                kind: PUBLIC_KEY,
                id: Base64Url(id.clone()),
            })
            .collect()
    }
}

/// `timeout`, in milliseconds: as long as the challenge holds.
pub fn timeout_millis() -> u64 {
    u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX)
}
