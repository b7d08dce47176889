//! What is read of a person for the person alone: everything that is stored about oneself.

use shared::id::{Micros, RoomId, Seq};
use shared::model::{MemberRole, Role, Sidebar};

/// What is stored about a person besides the profile, sessions, credentials and messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRecords {
    /// When the person came in.
    pub created_at: Micros,
    /// Since when the password is the present one.
    pub password_changed_at: Option<Micros>,
    /// Since when a code of an app is needed.
    pub totp_since: Option<Micros>,
    /// Passkeys: the name, when it was made, and when it was last used.
    pub passkeys: Vec<(String, Micros, Option<Micros>)>,
    /// Identities at providers: issuer, subject, the name there, and since when.
    pub identities: Vec<(String, String, String, Micros)>,
    /// Memberships, those that have ended too.
    pub memberships: Vec<OwnMembership>,
    /// How far the person has read.
    pub read_marks: Vec<(OwnRoom, Seq)>,
    /// How the person has arranged the rooms.
    pub sidebar: Sidebar,
    /// The rooms that the person has created and that are not removed.
    pub created_rooms: Vec<(OwnRoom, Micros)>,
    /// The invitations that the person has made.
    pub invites: Vec<OwnInvite>,
}

/// A room, with its name if it exists for the person now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: Option<String>,
}

/// A membership in a private room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMembership {
    /// The room.
    pub room: OwnRoom,
    /// What the person may do there.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Micros,
    /// Until when.
    pub left_at: Option<Micros>,
}

/// An invitation that the person has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnInvite {
    /// What who joins becomes.
    pub role: Role,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Option<Micros>,
    /// How often it was used.
    pub uses: u32,
}

/// A message that the person has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMessage {
    /// The room.
    pub room: OwnRoom,
    /// Its number there.
    pub seq: Seq,
    /// The text; empty once deleted.
    pub body: String,
    /// When the server accepted it.
    pub posted_at: Micros,
    /// When the text was changed.
    pub edited_at: Option<Micros>,
    /// When it was deleted.
    pub deleted_at: Option<Micros>,
    /// The network that it came from, as long as that is stored.
    pub address: Option<String>,
}

/// A page of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnMessages {
    /// The messages, in the order in which they were stored.
    pub messages: Vec<OwnMessage>,
    /// Where the next page begins; none after the last one.
    pub next: Option<i64>,
}
