//! Messages, rooms, people and read marks.
//!
//! Each is always sent whole. Applying one twice, or only the last of three, gives the same
//! state. Of two copies the one with the higher revision is newer.

use serde::{Deserialize, Serialize};

use crate::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};

/// A message, or the tombstone of a deleted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its number in the room.
    pub seq: Seq,
    /// The room's revision that last changed it.
    pub rev: Rev,
    /// Who wrote it.
    pub author: Author,
    /// The author's id for the send; absent for the simple protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub client_id: Option<ClientId>,
    /// The text as it was typed. Empty once deleted.
    pub body: String,
    /// When the server accepted it.
    pub posted_at: Micros,
    /// When its author last changed the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Micros>,
    /// When it was deleted. Such a message is a tombstone: it keeps its `seq`, and its text
    /// is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Micros>,
}

impl Message {
    /// Whether this is a tombstone.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// The author of a message, with the name at the time when the message was read from the
/// store. A newer name, with a higher `rev`, arrives through the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Author {
    /// The person; absent for the simple protocol, which has names only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// The display name.
    pub name: String,
    /// The directory revision of that name; 0 for a name that was never changed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rev: Rev,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes the field by reference; seen on 64 bits only"
)]
fn is_zero(rev: &Rev) -> bool {
    *rev == Rev::ZERO
}

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The person.
    pub id: UserId,
    /// The display name.
    pub name: String,
    /// The directory revision that last changed it; 0 if it never was.
    pub rev: Rev,
    /// What kind of person this is to the server.
    pub kind: UserKind,
}

/// What kind of account a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// A name that someone picked. Only a cookie or a token proves it.
    Guest,
    /// An account with credentials.
    Member,
}

/// A room's own state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// The room.
    pub id: RoomId,
    /// Its name. No two existing rooms have names that are, or look, the same.
    pub name: String,
    /// What it is for; may be empty.
    pub topic: String,
    /// The room's revision that last changed its name, topic or existence.
    pub rev: Rev,
    /// The directory revision of the same change.
    pub directory_rev: Rev,
    /// The `seq` of the last message when this was read. It only grows.
    pub seq: Seq,
    /// When it was made.
    pub created_at: Micros,
    /// Who made it and may change it; absent for the lobby, which belongs to the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    /// When it was removed. Such a room accepts no commands and shows no messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Micros>,
}

/// A read mark: how far a person has read a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// The room.
    pub room: RoomId,
    /// The last message that was read. Later ones are unread.
    pub seq: Seq,
    /// The revision of the person's own stream that set it.
    pub rev: Rev,
}
