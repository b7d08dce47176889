//! How somebody has proved to be a person, outside of the commit.

use shared::id::UserId;

use super::external::ExternalIdentity;
use super::identifier::{PasswordHash, RecoveryCodeHash, TotpKey};

/// What was proved outside of the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInProof {
    /// A password.
    Password {
        /// Whose.
        user: UserId,
        /// It was verified against exactly this hash.
        verified: PasswordHash,
        /// What was proved besides. It is needed if the person has an authenticator app.
        second: Option<SecondFactor>,
        /// The hash that replaces the stored one, whose parameters are outdated.
        rehashed: Option<PasswordHash>,
    },
    /// An identity at a provider, which vouches for the person.
    External(ExternalIdentity),
    /// A passkey whose authenticator has verified its person.
    Passkey {
        /// Whose.
        user: UserId,
        /// The credential's id.
        credential: Vec<u8>,
        /// The signature counter to be stored.
        counter: u32,
    },
}

/// A code that was typed besides a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of an authenticator app.
    Totp {
        /// The key from which it was computed.
        key: TotpKey,
        /// Its step. No step counts twice.
        step: i64,
    },
    /// A recovery code; it is spent by this.
    RecoveryCode(RecoveryCodeHash),
}
