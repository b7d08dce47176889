//! Who is a member of a room.

use serde::{Deserialize, Serialize};

use super::{Profile, RoomKind, known_room_kind};
use crate::id::{Micros, Rev, RoomId};

/// What a member may do in a room beyond what everybody may who reads it. A role that is not known is read as
/// [`MemberRole::Member`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Also changes the room, and adds and removes members.
    Manager,
    /// Reads and writes, and leaves.
    #[default]
    #[serde(other)]
    Member,
}

/// A member of a room, as others see it who may read the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub person: Profile,
    /// The room's revision that last changed this.
    #[serde(default)]
    pub rev: Rev,
    /// What the member may do.
    #[serde(default)]
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Micros,
    /// When the member left or was removed. Then this is a tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Micros>,
}

/// That a person is a member of a room, as that person sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The room.
    pub room: RoomId,
    /// What kind of room it is.
    #[serde(
        default,
        deserialize_with = "known_room_kind",
        skip_serializing_if = "RoomKind::is_public"
    )]
    pub kind: RoomKind,
    /// The revision of the person's own stream that last changed this.
    #[serde(default)]
    pub rev: Rev,
    /// What the person may do there.
    #[serde(default)]
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Micros,
    /// When the person left or was removed. From then on a private room does not exist for the
    /// person; a public one can still be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Micros>,
}
