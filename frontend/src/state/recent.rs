//! The rooms that were open lately, stored in this browser.

use shared::id::RoomId;

use crate::browser::BrowserStorage;

/// The storage key.
const RECENT: &str = "madang.recent";
/// As many are stored; one of them is the open room.
const MOST: usize = 16;

/// The rooms, the last one first.
pub(super) fn rooms() -> Vec<RoomId> {
    BrowserStorage::Local.get(RECENT).unwrap_or_default()
}

/// A room is opened.
pub(super) fn note(room: RoomId) {
    BrowserStorage::Local.set(RECENT, &with(rooms(), room));
}

/// The session has ended.
pub(super) fn forget() {
    BrowserStorage::Local.remove(RECENT);
}

fn with(mut rooms: Vec<RoomId>, room: RoomId) -> Vec<RoomId> {
    rooms.retain(|other| *other != room);
    rooms.insert(0, room);
    rooms.truncate(MOST);
    rooms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_room_is_there_once_and_the_number_is_bounded() {
        let opened = (1..=20).chain([7, 20]).map(RoomId);
        let rooms = opened.fold(Vec::new(), with);
        assert_eq!(rooms[..4], [20, 7, 19, 18].map(RoomId));
        assert_eq!(rooms.len(), MOST);
    }
}
