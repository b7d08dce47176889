//! What a sign-in leads to.

use shared::model::Profile;

use super::token::Token;

/// Somebody who has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// The person.
    pub person: Profile,
    /// The new session.
    pub token: Token,
}
