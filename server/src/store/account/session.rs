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
    /// If it begins by an identity provider, which session there it belongs to.
    pub external: Option<ExternalSession>,
}

/// A session at an identity provider, by which one here has begun. The provider may end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalSession {
    /// The provider.
    pub issuer: String,
    /// Its id there, if the provider has said it.
    pub sid: Option<String>,
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
