//! Getting an account without an invitation, and the settings of the place.

use shared::id::Micros;
use shared::model::SignUp;

use super::identifier::{ApplicationId, PasswordHash, UsernameKeys};

/// Somebody asks for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// The username, which is reserved meanwhile.
    pub username: UsernameKeys,
    /// The display name.
    pub name: String,
    /// The hash of the password that the account will have.
    pub password: PasswordHash,
    /// What the person says to those who decide; may be empty.
    pub note: String,
}

/// An application, as those who decide see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its number.
    pub id: ApplicationId,
    /// The username.
    pub username: String,
    /// The display name.
    pub name: String,
    /// What the person says; may be empty.
    pub note: String,
    /// When it was made.
    pub created_at: Micros,
}

/// A change of the place. What is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceChange {
    /// The name.
    pub name: Option<String>,
    /// Who may get an account without an invitation.
    pub sign_up: Option<SignUp>,
}
