//! What `madang room` shows: rooms, and who is in one.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::{Member, MemberRole, Posting, Room, RoomKind};

use crate::store::{ListedRoom, MemberSearch, Store, StoreError};

/// Rooms, or members, that are read at once.
const PAGE: usize = 100;

/// A room, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomEntry {
    room: Room,
    /// How many members it has; everybody is in the lobby.
    members: u32,
}

impl From<ListedRoom> for RoomEntry {
    fn from(listed: ListedRoom) -> Self {
        RoomEntry {
            room: listed.room,
            members: listed.members,
        }
    }
}

/// What a command was about, after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomAnswer {
    /// Rooms. None is left of one that was removed.
    Rooms(Vec<RoomEntry>),
    /// Members of a room.
    Members(Vec<Member>),
}

impl fmt::Display for RoomEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = &self.room;
        let kind = match room.kind {
            RoomKind::Public => "public",
            RoomKind::Private => "private",
            RoomKind::Direct => "direct",
        };
        write!(
            f,
            "{:>6}  {kind:7}  {:>5}  {}",
            room.id, self.members, room.name
        )?;
        if room.posting == Posting::Managers {
            write!(f, "  (announcements)")?;
        }
        if room.archived_at.is_some() {
            write!(f, "  (archived)")?;
        }
        if !room.topic.is_empty() {
            write!(f, "  {}", room.topic)?;
        }
        Ok(())
    }
}

impl fmt::Display for RoomAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = match self {
            RoomAnswer::Rooms(rooms) => rooms.iter().map(RoomEntry::to_string).collect(),
            RoomAnswer::Members(members) => members.iter().map(member_line).collect(),
        };
        write!(f, "{}", lines.join("\n"))
    }
}

fn member_line(member: &Member) -> String {
    let role = match member.role {
        MemberRole::Manager => "manager",
        MemberRole::Member => "member",
    };
    let person = &member.person;
    let username = person.username.as_ref().map(|name| format!("@{name}  "));
    let username = username.unwrap_or_default();
    format!("{:>6}  {role:7}  {username}{}", person.id, person.name)
}

/// All rooms but direct conversations, or the archived ones of them.
///
/// # Errors
/// The store's.
pub(super) async fn list(store: &dyn Store, archived: bool) -> Result<RoomAnswer, Refusal> {
    let (mut rooms, mut after) = (Vec::new(), RoomId(0));
    loop {
        let page = store.all_rooms(after, PAGE).await;
        let page = page.map_err(StoreError::into_refusal)?;
        let Some(last) = page.last() else {
            return Ok(RoomAnswer::Rooms(rooms));
        };
        after = last.room.id;
        let wanted = |listed: &ListedRoom| !archived || listed.room.archived_at.is_some();
        rooms.extend(page.into_iter().filter(wanted).map(RoomEntry::from));
    }
}

/// A room. A direct conversation is not found.
///
/// # Errors
/// `no_such_room`, or the store's.
pub(super) async fn show(store: &dyn Store, room: RoomId) -> Result<RoomAnswer, Refusal> {
    let before = RoomId(room.0.saturating_sub(1));
    let page = store.all_rooms(before, 1).await;
    let page = page.map_err(StoreError::into_refusal)?;
    let found = page.into_iter().find(|listed| listed.room.id == room);
    let found = found.ok_or(Refusal::new(ErrorCode::NoSuchRoom))?;
    Ok(RoomAnswer::Rooms(vec![found.into()]))
}

/// Who is in a room: managers first.
///
/// # Errors
/// `no_such_room`, `room_gone`, or the store's.
pub(super) async fn members(store: &dyn Store, room: RoomId) -> Result<RoomAnswer, Refusal> {
    let mut members = Vec::new();
    let mut search = MemberSearch::default();
    loop {
        let page = store.listed_members(None, room, search, PAGE).await;
        let page = page.map_err(StoreError::into_refusal)?;
        members.extend(page.members);
        search = MemberSearch {
            after: page.next,
            ..MemberSearch::default()
        };
        if search.after.is_none() {
            return Ok(RoomAnswer::Members(members));
        }
    }
}
