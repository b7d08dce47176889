//! The public rooms, as the directory has sent them.

use crate::id::RoomId;
use crate::model::Room;

use super::stream::StreamReplica;
use super::vec_map::VecMap;

/// An upper bound. More rooms than a server holds; further ones are not kept.
const MOST_ROOMS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct DirectoryReplica {
    pub(super) stream: StreamReplica,
    rooms: VecMap<RoomId, Room>,
}

/// What a room of the directory was before it came again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListingChange {
    /// It is new.
    Added,
    /// It was there.
    Changed,
    /// It was removed.
    Removed,
    /// What came is not newer than what was known.
    Unchanged,
}

impl DirectoryReplica {
    /// All rooms, removed ones included, by id.
    pub(super) fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    pub(super) fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    /// Forgets all rooms. Returns which there were.
    pub(super) fn clear(&mut self) -> Vec<RoomId> {
        std::mem::take(&mut self.rooms).into_keys().collect()
    }

    pub(super) fn insert(&mut self, room: Room) -> ListingChange {
        let id = room.id;
        let change = match (self.rooms.contains_key(&id), room.removed_at) {
            (_, Some(_)) => ListingChange::Removed,
            (true, None) => ListingChange::Changed,
            (false, None) => ListingChange::Added,
        };
        if (self.rooms).insert_newer(id, room, |room| room.directory_rev, MOST_ROOMS) {
            change
        } else {
            ListingChange::Unchanged
        }
    }
}
