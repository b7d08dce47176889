//! The links that work once: what they are for, and for whom.

use shared::id::UserId;

use super::identifier::TokenHash;

/// What a link that works once is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To claim the place.
    Claim,
    /// To set a new password.
    Reset,
    /// To take a session to another device.
    Transfer,
}

/// What becomes of the second factor of somebody who sets a new password by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorFate {
    /// It stays, and is asked for.
    Keep,
    /// It is removed: the person has lost it.
    Remove,
}

/// What a link is made for, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To claim the place.
    Claim,
    /// To set a new password of a person.
    Reset {
        /// The person.
        user: UserId,
        /// The session of who makes it, in which a credential was proved lately; none for the
        /// operator.
        by: Option<TokenHash>,
        /// What becomes of the second factor.
        second_factor: SecondFactorFate,
    },
    /// To take a session to another device of the same person.
    Transfer {
        /// The session. Once it has ended, the link works no more.
        session: TokenHash,
    },
}
