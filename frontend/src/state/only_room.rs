//! The only room of a guest of one room. The page stores it while the session lasts, so that the next
//! page begins there and offers nothing that does not exist for the guest.

use shared::id::RoomId;

use super::LAST_ROOM;
use crate::browser::BrowserStorage;

const ONLY_ROOM: &str = "madang.only_room";

/// The only room, as an earlier page has learned it.
pub(super) fn known() -> Option<RoomId> {
    BrowserStorage::Local.get(ONLY_ROOM).map(RoomId)
}

/// Stores what is known now. Without storage the page learns it from the server.
pub(super) fn store(only_room: Option<RoomId>) {
    let _ = match only_room {
        Some(room) => BrowserStorage::Local.set(ONLY_ROOM, &room.0),
        None => BrowserStorage::Local.remove(ONLY_ROOM),
    };
}

/// The room to begin in: the only one, or the one that was open last, or the lobby.
pub(crate) fn first_room() -> RoomId {
    let last = || BrowserStorage::Local.get(LAST_ROOM).map(RoomId);
    known().or_else(last).unwrap_or(RoomId::LOBBY)
}
