//! The lists of rooms, of their members, and of the people of the place.

use serde::Deserialize;
use shared::id::RoomId;
use shared::model::{Member, Profile, Room};

use super::{Failure, get};

const ROOMS: &str = "/api/v1/rooms";
/// The most entries of one page.
const PAGE: usize = 50;
/// The most people who are found at once.
const FOUND: usize = 20;

/// A page of the public rooms.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RoomList {
    /// The rooms, by name. There may be none although more follow.
    pub rooms: Vec<RoomEntry>,
    /// Where the next page begins; none after the last one.
    #[serde(default)]
    pub next: Option<String>,
}

/// A public room.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RoomEntry {
    /// The room.
    pub room: Room,
    /// How many members it has, up to 1,000.
    pub members: u32,
    /// Whether the person was one of them.
    pub is_member: bool,
}

/// A page of the members of a room.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MemberList {
    /// Managers first, then by name. There may be none although more follow.
    pub members: Vec<Member>,
    /// Where the next page begins; none after the last one.
    #[serde(default)]
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct FoundPeople {
    people: Vec<Profile>,
}

/// A page of the public rooms that have what is typed in their names; the archived ones, or the others.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn list(typed: &str, archived: bool, after: Option<&str>) -> Result<RoomList, Failure> {
    let more = if archived { "&archived=true" } else { "" };
    get(&format!("{ROOMS}{}{more}", page(typed, after))).await
}

/// A page of the members of a room who are called like this.
///
/// # Errors
/// As [`list`].
pub async fn members(
    room: RoomId,
    typed: &str,
    after: Option<&str>,
) -> Result<MemberList, Failure> {
    get(&format!("{ROOMS}/{room}/members{}", page(typed, after))).await
}

/// The people whom it fits best.
///
/// # Errors
/// As [`list`].
pub async fn people(typed: &str) -> Result<Vec<Profile>, Failure> {
    let typed = encoded(typed);
    let path = format!("/api/v1/people/search?limit={FOUND}&query={typed}");
    let found: FoundPeople = get(&path).await?;
    Ok(found.people)
}

fn page(typed: &str, after: Option<&str>) -> String {
    let after = after.map_or(String::new(), |after| format!("&after={}", encoded(after)));
    format!("?limit={PAGE}&query={}{after}", encoded(typed))
}

fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn the_lists_are_read_as_the_server_writes_them() {
        // `docs/PROTOCOL.md`, HTTP.
        let text = r#"{"rooms": [{"room": {"id": 2, "name": "garden", "topic": "plants", "rev": 10,
            "directory_rev": 9, "seq": 7, "created_at": 1700000000000000, "created_by": 5},
            "members": 12, "is_member": true}], "next": "ImdhcmRlbiI"}"#;
        let read: RoomList = wire::from_str(text).unwrap();
        assert_eq!(read.next.as_deref(), Some("ImdhcmRlbiI"));
        assert_eq!(
            (read.rooms[0].members, read.rooms[0].room.id),
            (12, RoomId(2))
        );
        let text = r#"{"members": [{"person": {"id": 5, "name": "Ada", "rev": 8, "role": "guest"},
            "rev": 2, "role": "manager", "joined_at": 1700000000000000}]}"#;
        let read: MemberList = wire::from_str(text).unwrap();
        assert_eq!((read.members.len(), read.next), (1, None));
    }
}
