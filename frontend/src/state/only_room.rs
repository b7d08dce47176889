//! The only room of a guest of one room. The page stores it, so that the next one begins there and
//! offers nothing that does not exist for the guest.

use shared::id::{RoomId, UserId};

use super::LAST_ROOM;
use crate::browser::BrowserStorage;

/// The storage key: a person, and the room.
const ONLY_ROOM: &str = "madang.only_room";

/// The only room of a person, as an earlier page has learned it.
pub(super) fn known(user: UserId) -> Option<RoomId> {
    let (of, room) = BrowserStorage::Local.get::<(i64, i64)>(ONLY_ROOM)?;
    (of == user.0).then_some(RoomId(room))
}

/// Stores what is known of a person now.
pub(super) fn store(user: UserId, only_room: Option<RoomId>) {
    // Without storage the page learns it from the server.
    let _ = match only_room {
        Some(room) => BrowserStorage::Local.set(ONLY_ROOM, &(user.0, room.0)),
        None => BrowserStorage::Local.remove(ONLY_ROOM),
    };
}

/// The room to begin in: the only one, or the one that was open last, or the lobby.
pub(crate) fn first_room(only_room: Option<RoomId>) -> RoomId {
    let last = || BrowserStorage::Local.get(LAST_ROOM).map(RoomId);
    only_room.or_else(last).unwrap_or(RoomId::LOBBY)
}
