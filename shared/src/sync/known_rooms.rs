//! The state of private rooms and direct conversations, which no directory brings: of all of which
//! the person is a member, open or not.
//!
//! It is asked for when a membership begins, and again when a head names a newer revision. After a
//! restart of the server it is asked for once more, because a restored store may have lost it.

use crate::id::{Epoch, Rev, RoomId};
use crate::model::Room;

use super::vec_map::VecMap;
use super::wanted_ids::WantedIds;

/// An upper bound. More rooms than a server holds; further ones are not kept.
const MOST_ROOMS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct KnownRooms {
    known: VecMap<RoomId, KnownRoom>,
    pub(super) wanted: WantedIds,
}

#[derive(Debug)]
struct KnownRoom {
    /// In which epoch the server has said so.
    epoch: Epoch,
    /// `None`: it does not exist any more.
    room: Option<Room>,
}

impl KnownRooms {
    pub(super) fn get(&self, id: RoomId) -> Option<&Room> {
        self.known.get(&id)?.room.as_ref()
    }

    /// The rooms that are known to exist.
    pub(super) fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.known.values().filter_map(|known| known.room.as_ref())
    }

    /// The same, as far as they are of an epoch.
    pub(super) fn rooms_of(&self, epoch: Epoch) -> impl Iterator<Item = &Room> {
        let known = self.known.values();
        let known = known.filter(move |known| known.epoch == epoch);
        known.filter_map(|known| known.room.as_ref())
    }

    /// Asks for a room, unless it is known in this epoch, and in this revision.
    pub(super) fn want(&mut self, id: RoomId, epoch: Epoch, rev: Rev) {
        let is_known = self.known.get(&id).is_some_and(|known| {
            let known_rev = known.room.as_ref().map_or(Rev::ZERO, |room| room.rev);
            known.epoch == epoch && known_rev >= rev
        });
        if !is_known {
            self.wanted.want_again(id.0);
        }
    }

    /// Notes a room as the server has sent it. Returns whether that changes anything.
    pub(super) fn note(&mut self, room: Room, epoch: Epoch) -> bool {
        let id = room.id;
        let held = self.known.get(&id);
        let is_old = held.is_some_and(|held| {
            let rev = held.room.as_ref().map(|held| held.rev);
            held.epoch == epoch && rev.is_some_and(|rev| rev > room.rev)
        });
        if is_old {
            return false;
        }
        self.set(
            id,
            epoch,
            Some(room).filter(|room| room.removed_at.is_none()),
        )
    }

    /// A room does not exist any more. Returns whether it did, as far as was known.
    pub(super) fn lose(&mut self, id: RoomId, epoch: Epoch) -> bool {
        self.set(id, epoch, None)
    }

    fn set(&mut self, id: RoomId, epoch: Epoch, room: Option<Room>) -> bool {
        let held = self.known.get(&id);
        let differs = held.is_none_or(|held| held.room != room);
        if held.is_some() || self.known.len() < MOST_ROOMS {
            self.known.insert(id, KnownRoom { epoch, room });
        }
        differs
    }

    /// The person is no member of a room any more.
    pub(super) fn forget(&mut self, id: RoomId) {
        self.known.remove(&id);
        self.wanted.remove(id.0);
    }
}
