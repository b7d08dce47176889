//! Passkeys, as they are stored.

use shared::id::{Micros, UserId};
use shared::model::Role;

/// A passkey that an authenticator has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredPasskey {
    /// The credential's id: 1 to 1023 bytes.
    pub credential: Vec<u8>,
    /// The public key (COSE).
    pub public_key: Vec<u8>,
    /// The COSE number of its algorithm.
    pub algorithm: i64,
    /// The signature counter.
    pub counter: u32,
    /// The host name that it is for.
    pub relying_party: String,
    /// What its person calls it.
    pub name: String,
}

/// A passkey of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Whose it is.
    pub user: UserId,
    /// The passkey. Its counter is the highest so far.
    pub passkey: RegisteredPasskey,
    /// When it was stored.
    pub created_at: Micros,
    /// When it was last used to sign in or to confirm a session.
    pub used_at: Option<Micros>,
}

/// A passkey that somebody says to hold, with what decides about its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPasskey {
    /// The passkey.
    pub row: PasskeyRow,
    /// What it knows its person by.
    pub handle: Vec<u8>,
    /// What its person may do.
    pub role: Role,
}

/// A person's passkeys, and what they know the person by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPasskeys {
    /// The user handle; none before the first passkey.
    pub handle: Option<Vec<u8>>,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<PasskeyRow>,
}

/// How many people would lose what, if passkeys for one host name alone were of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasskeyLoss {
    /// People who have passkeys, and all of them for other host names.
    pub people: u32,
    /// Those of them who have no other credential.
    pub locked_out: u32,
}
