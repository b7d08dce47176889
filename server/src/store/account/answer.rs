//! What is read of accounts, sessions, invites and the place.

use shared::id::{Micros, RoomId, UserId};
use shared::model::{Profile, Role, SignUp};

use super::identifier::{InviteId, PasswordHash, SessionId};

/// What decides about a sign-in, of the person with a username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRecord {
    /// The person.
    pub user: UserId,
    /// The stored hash of the password.
    pub password: Option<PasswordHash>,
    /// Whether the account is deactivated.
    pub is_deactivated: bool,
}

/// A session, as its own person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    /// Its number.
    pub id: SessionId,
    /// The device, in a few words; empty if it was not stored.
    pub device: String,
    /// The address that it came from.
    pub network: Option<String>,
    /// When it began.
    pub created_at: Micros,
    /// When its last use was stored.
    pub used_at: Micros,
}

/// This place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name; empty until somebody claims it.
    pub name: String,
    /// Since when it has an owner.
    pub claimed_at: Option<Micros>,
    /// Who gets an account without an invitation.
    pub sign_up: SignUp,
}

/// What an invite offers who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvite {
    /// What who joins becomes.
    pub role: Role,
    /// The rooms that who joins comes to, with their names.
    pub rooms: Vec<(RoomId, String)>,
    /// When it ends; none: it stays.
    pub expires_at: Option<Micros>,
    /// Who created it; none: the operator.
    pub by: Option<Profile>,
}

/// An invite, as who manages invites sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its number.
    pub id: InviteId,
    /// What who joins becomes.
    pub role: Role,
    /// Its rooms, as far as they exist for the viewer, with their names.
    pub rooms: Vec<(RoomId, String)>,
    /// Who created it; none: the operator.
    pub by: Option<Profile>,
    /// When it was created.
    pub created_at: Micros,
    /// When it ends by itself.
    pub expires_at: Option<Micros>,
    /// How often it can be used.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}
