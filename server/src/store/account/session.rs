//! A session that begins, and which sessions end.

use shared::id::UserId;

use super::identifier::{SessionId, TokenHash};

/// A session that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Its secret.
    pub token: TokenHash,
    /// The device, in a few words.
    pub device: String,
    /// The address that it comes from.
    pub network: Option<String>,
}

/// Which sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionSelector {
    /// The one with this token.
    Token(TokenHash),
    /// A person's one with this number.
    Id {
        /// Whose.
        user: UserId,
        /// Its number.
        id: SessionId,
    },
    /// All of a person.
    AllBut {
        /// Whose.
        user: UserId,
        /// The one that stays.
        keep: Option<TokenHash>,
    },
}
