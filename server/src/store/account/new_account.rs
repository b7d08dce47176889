//! What an account has from the beginning.

use super::external::ExternalIdentity;
use super::identifier::{PasswordHash, UsernameKeys};
use super::passkey::RegisteredPasskey;

/// What an account has from the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: UsernameKeys,
    /// The display name.
    pub name: String,
    /// How its holder will prove to be the person.
    pub credential: NewCredential,
}

/// How the holder of an account proves to be the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewCredential {
    /// By a password.
    Password(PasswordHash),
    /// By a passkey.
    Passkey {
        /// What it knows the person by.
        handle: Vec<u8>,
        /// The passkey.
        passkey: RegisteredPasskey,
    },
    /// By an identity provider.
    External {
        /// Who it is there.
        identity: ExternalIdentity,
        /// What the person is called there.
        name: String,
    },
}
