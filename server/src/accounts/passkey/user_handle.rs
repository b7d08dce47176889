//! User handles: what a passkey knows a person by (§5.4.3).

use sha2::{Digest, Sha512};

use super::base64url::Base64Url;
use super::challenge::Challenge;

const BYTES: usize = 64;

/// 64 random bytes. They say nothing of the person, as §14.6.1 asks, and never change.
#[derive(Clone, PartialEq, Eq)]
pub struct UserHandle([u8; BYTES]);

impl UserHandle {
    /// A new handle; none if the system gives no random bytes.
    pub fn random() -> Option<Self> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(UserHandle(bytes))
    }

    /// The handle of somebody who has no account yet: it follows from the challenge of the
    /// registration, so nobody has to remember it until the account is made. It is as random as
    /// the challenge.
    pub fn of_challenge(challenge: &Challenge) -> Self {
        let digest = Sha512::new_with_prefix("user handle ").chain_update(challenge.text());
        UserHandle(digest.finalize().into())
    }

    /// The handle that is stored; none if its length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(UserHandle)
    }

    /// The bytes to be stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn base64url(&self) -> Base64Url {
        Base64Url(self.0.to_vec())
    }
}
