//! Messages, rooms, people, memberships and read marks.
//!
//! Each is always sent whole. Applying one twice, or only the last of three, gives the same
//! state. Of two copies the one with the higher revision is newer.

mod event;
mod member;
mod only_room;
mod restriction;
mod sidebar;
mod unread;

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
pub use event::{EventKind, RoomEvent};
pub use member::{Member, MemberRole, Membership};
pub use only_room::OnlyRoom;
pub use restriction::Restriction;
pub use sidebar::{Section, Sidebar, SidebarChange, SidebarError, SidebarPlace};
pub(crate) use unread::count_within;
pub use unread::{MarkChange, ReadMark, UnreadHead};

/// A message, or the tombstone of a deleted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its number in the room.
    pub seq: Seq,
    /// The room's revision that last changed it.
    #[serde(default)]
    pub rev: Rev,
    /// The room's revision that last changed its text, if that is another: what happens to a
    /// message beside its text does not make an edit stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_rev: Option<Rev>,
    /// Who wrote it.
    pub author: Author,
    /// The author's id for the send; absent for the simple protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub client_id: Option<ClientId>,
    /// The text as it was typed. Empty once deleted.
    #[serde(default)]
    pub body: String,
    /// What happened in the room, if this is no message of a person but a line about that. The
    /// author is who did it, and there is no text. Such a line counts as nothing unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<RoomEvent>>,
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

/// What a message said before an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageVersion {
    /// The text, as it was typed.
    pub body: String,
    /// When it was written.
    pub written_at: Micros,
}

impl Message {
    /// Whether this is a tombstone.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Whether it counts as unread for who has not read it.
    pub fn counts(&self) -> bool {
        self.deleted_at.is_none() && self.event.is_none()
    }

    /// Who has to have a name where it is shown: the author, and the people of a line.
    pub fn people(&self) -> impl Iterator<Item = UserId> {
        let event = self.event.iter().flat_map(|event| &event.people);
        self.author.id.into_iter().chain(event.copied())
    }

    /// The revision that last changed its text. An edit is based on it.
    pub fn content_rev(&self) -> Rev {
        self.content_rev.unwrap_or(self.rev)
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
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
    #[serde(default)]
    pub rev: Rev,
    /// What the person may do in this server.
    pub role: Role,
    /// The name to sign in with. Nobody else has it, or one that looks like it. Guests have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The colour of the avatar, 0 to 11; absent if the person has chosen none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<u8>,
    /// What the person is doing, in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ProfileStatus>,
    /// Whether the account was deleted. Then the name is empty, and the person's messages stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// Whether nobody can sign in to the account at present.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deactivated: bool,
}

impl Profile {
    /// How many colours of avatars there are. Each is a number below this.
    pub const COLOURS: u8 = 12;

    /// A guest, who has nothing but a name.
    pub fn guest(id: UserId, name: String, rev: Rev) -> Self {
        Profile {
            id,
            name,
            rev,
            role: Role::Guest,
            username: None,
            colour: None,
            status: None,
            deleted: false,
            deactivated: false,
        }
    }

    /// What typing and presence frames have of a person: the number, the name with its revision and
    /// the role. They go to everybody in a room, and often.
    #[must_use]
    pub fn brief(&self) -> Self {
        Profile {
            role: self.role,
            ..Profile::guest(self.id, self.name.clone(), self.rev)
        }
    }
}

/// A status that a person shows beside the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileStatus {
    /// One emoji; may be empty if there is a text.
    #[serde(default)]
    pub emoji: String,
    /// A few words; may be empty if there is an emoji.
    #[serde(default)]
    pub text: String,
    /// When it ends; absent if it stays. Who shows it hides it from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Micros>,
}

/// What a person may do in this server. Of a role that is not known nothing is claimed: it is
/// read as [`Role::Guest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything, and appoints other owners and administrators.
    Owner,
    /// Manages members, guests and invites.
    Administrator,
    /// Has an account.
    Member,
    /// A program with an account.
    Bot,
    /// A name that someone picked. Only a cookie or a token proves it.
    #[serde(other)]
    Guest,
}

impl Role {
    /// Whether who has this role may deactivate and delete somebody else who has another, and
    /// change what that person may do.
    pub fn may_manage(self, other: Role) -> bool {
        match other {
            Role::Member | Role::Guest | Role::Bot => {
                matches!(self, Role::Owner | Role::Administrator)
            }
            Role::Administrator | Role::Owner => self == Role::Owner,
        }
    }

    /// Whether who has this role may give somebody else another. Nobody can be made a guest or a
    /// program: they come in as such.
    pub fn may_appoint(self, offered: Role) -> bool {
        !matches!(offered, Role::Guest | Role::Bot) && self.may_manage(offered)
    }

    /// The place of the role in the order of what it may do.
    pub fn rank(self) -> u8 {
        match self {
            Role::Guest => 0,
            Role::Bot | Role::Member => 1,
            Role::Administrator => 2,
            Role::Owner => 3,
        }
    }
}

/// Who gets an account without an invitation. Of a way that is not known nothing is claimed: it is
/// read as [`SignUp::Off`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Who was approved by an owner or administrator.
    Approval,
    /// Everybody.
    Open,
    /// Nobody.
    #[default]
    #[serde(other)]
    Off,
}

/// A room's own state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// The room.
    pub id: RoomId,
    /// Who may read and write in it. A kind that is not known is read as public: nobody shall
    /// rely on a room being private that may not be.
    #[serde(
        default,
        deserialize_with = "known_room_kind",
        skip_serializing_if = "RoomKind::is_public"
    )]
    pub kind: RoomKind,
    /// Its name. No two existing public rooms have names that are, or look, the same. A direct
    /// conversation has none.
    pub name: String,
    /// What it is for; may be empty.
    #[serde(default)]
    pub topic: String,
    /// The room's revision that last changed its name, topic or existence.
    #[serde(default)]
    pub rev: Rev,
    /// The directory revision of the same change; 0 for a room that is not in the directory.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub directory_rev: Rev,
    /// The `seq` of the last message when this was read. It only grows.
    #[serde(default)]
    pub seq: Seq,
    /// When it was made.
    pub created_at: Micros,
    /// Who made it and may change it; absent for the lobby, which belongs to the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    /// Who may post in it.
    #[serde(default, skip_serializing_if = "Posting::is_everybody")]
    pub posting: Posting,
    /// Of a direct conversation, all its people in ascending order, also those for whom it does not
    /// exist before its first message. They never change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// Since when it is archived. Such a room can be read, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Micros>,
    /// When it was removed. Such a room accepts no commands and shows no messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Micros>,
}

/// Who may post in a room. Of a value that is not known nothing is claimed: it is read as
/// [`Posting::Managers`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    /// Everybody who may read it.
    #[default]
    Everybody,
    /// Those who manage it: the room is for announcements.
    #[serde(other)]
    Managers,
}

impl Posting {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes the field by reference"
    )]
    fn is_everybody(&self) -> bool {
        *self == Posting::Everybody
    }
}

/// Who may read and write in a room.
///
/// It is read as a string: `serde_json` takes an array in the place of an enum for broken JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum RoomKind {
    /// Everybody. The room is in the directory.
    #[default]
    Public,
    /// Its members alone. For anybody else the room does not exist.
    Private,
    /// A direct conversation: the people it was opened for, and nobody else ever.
    Direct,
}

impl TryFrom<String> for RoomKind {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "public" => Ok(RoomKind::Public),
            "private" => Ok(RoomKind::Private),
            "direct" => Ok(RoomKind::Direct),
            _ => Err("no kind of room has this name"),
        }
    }
}

fn known_room_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoomKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(RoomKind::try_from(name).unwrap_or_default())
}

impl RoomKind {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes the field by reference"
    )]
    pub(crate) fn is_public(&self) -> bool {
        *self == RoomKind::Public
    }
}
