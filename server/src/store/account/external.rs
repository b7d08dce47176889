//! Identities that a person has at an identity provider.

use shared::id::Micros;
use shared::model::Role;

use super::identifier::{TokenHash, UsernameKeys};
use super::session::NewSession;

/// Somebody at an identity provider. The provider never gives a subject to anybody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalIdentity {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// What an identity provider says about a person's role. An owner stays one, whatever it says, and
/// it makes nobody an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalRole {
    /// Nothing: the role stays as it is, and who is new becomes a member.
    Unsaid,
    /// The person has this role.
    Given(Role),
    /// The person has none, and does not come in.
    Withheld,
}

/// The account of somebody who comes by an identity provider for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExternalAccount {
    /// Usernames, of which the account gets the first that is free.
    pub usernames: Vec<UsernameKeys>,
    /// The display name.
    pub name: String,
}

/// An identity that belongs to a person, as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// What the person is called there.
    pub name: String,
    /// Since when it belongs to the person.
    pub linked_at: Micros,
}

/// Somebody for whom an identity provider vouches, and who comes in.
#[derive(Clone, Debug)]
pub struct ExternalSignIn {
    /// Who it is there.
    pub identity: ExternalIdentity,
    /// What the person is called there.
    pub name: String,
    /// What the provider says about the role.
    pub role: ExternalRole,
    /// The account that is made if nobody has the identity; none: nobody comes in by it.
    pub account: Option<NewExternalAccount>,
    /// The session of a guest who becomes the account that is made. If it has ended, or is no
    /// guest's, somebody new comes in.
    pub guest: Option<TokenHash>,
    /// The session that begins.
    pub session: NewSession,
}
