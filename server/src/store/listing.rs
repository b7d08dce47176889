//! Lists in pages: public rooms, the members of a room, and people who are looked for.

use async_trait::async_trait;
use shared::id::{RoomId, Seq, UserId};
use shared::model::{Member, MemberRole, MessageVersion, Profile, Room};

use super::{StoreError, Viewer};

/// What the store can be asked about rooms, members and people, in pages.
#[async_trait]
pub trait ListQueries {
    /// A page of the public rooms that exist for the viewer, by their names, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn listed_rooms(
        &self,
        viewer: Viewer,
        search: RoomSearch,
        limit: usize,
    ) -> Result<RoomPage, StoreError>;

    /// For the operator, the rooms behind `after` that are neither removed nor direct
    /// conversations, in the order of their numbers, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn all_rooms(&self, after: RoomId, limit: usize) -> Result<Vec<ListedRoom>, StoreError>;

    /// A page of a room's members, at most `limit`; no viewer: for the operator.
    ///
    /// # Errors
    /// As [`super::Store::changes`].
    async fn listed_members(
        &self,
        viewer: Option<Viewer>,
        room: RoomId,
        search: MemberSearch,
        limit: usize,
    ) -> Result<MemberPage, StoreError>;

    /// What a message said before its edits, oldest first, the newest hundred: for
    /// its author, and for who may read that of others ([`shared::permission::Action::ReadVersions`]).
    ///
    /// # Errors
    /// As [`super::Store::changes`]; `no_such_message`; `not_permitted`.
    async fn versions(
        &self,
        viewer: Viewer,
        room: RoomId,
        seq: Seq,
    ) -> Result<Vec<MessageVersion>, StoreError>;

    /// The people who can sign in, and exist for the viewer, whom what is typed fits best, at most
    /// `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn found_people(
        &self,
        viewer: Viewer,
        typed: String,
        limit: usize,
    ) -> Result<Vec<Profile>, StoreError>;
}

/// Which public rooms are listed.
#[derive(Clone, Debug, Default)]
pub struct RoomSearch {
    /// What is typed of a name or topic; empty: all.
    pub typed: String,
    /// Those behind this room name's key; none: from the first.
    pub after: Option<String>,
    /// Those that are archived, in place of the others.
    pub archived: bool,
}

/// A public room in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRoom {
    /// The room.
    pub room: Room,
    /// How many members it has, up to [`ListedRoom::MAX_COUNTED`].
    pub members: u32,
    /// Whether the viewer is one of them.
    pub is_member: bool,
}

impl ListedRoom {
    /// Members are counted up to this.
    pub const MAX_COUNTED: u32 = 1_000;
}

/// A page of public rooms, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPage {
    /// The rooms. They may be fewer than asked for, although more follow.
    pub rooms: Vec<ListedRoom>,
    /// Behind which name's key the next page begins; none after the last one.
    pub next: Option<String>,
}

/// Which members of a room are listed.
#[derive(Clone, Debug, Default)]
pub struct MemberSearch {
    /// What is typed of a name or username; empty: all.
    pub typed: String,
    /// Those behind this one; none: from the first.
    pub after: Option<MemberPosition>,
}

/// The place of a member in the list: managers first, then by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPosition {
    /// What the member may do.
    pub role: MemberRole,
    /// The name.
    pub name: String,
    /// Who.
    pub user: UserId,
}

/// A page of members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberPage {
    /// The members. They may be fewer than asked for, although more follow.
    pub members: Vec<Member>,
    /// Where the next page begins; none after the last one.
    pub next: Option<MemberPosition>,
}
