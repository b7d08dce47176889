//! The rooms that are open, and those that were closed a short time ago.

use crate::id::{RoomId, Seq};
use crate::model::OnlyRoom;

use super::config::ReplicaConfig;
use super::room::RoomReplica;
use super::vec_map::VecMap;

/// The rooms of which messages are held.
#[derive(Debug, Default)]
pub(super) struct OpenRooms {
    pub(super) open: VecMap<RoomId, RoomReplica>,
    /// Their messages may be old: nothing has kept them up to date. The one that was closed
    /// last is at the end.
    closed: Vec<RoomReplica>,
    /// The only room that exists for the person, if that is a guest of one room.
    only_room: Option<OnlyRoom>,
}

impl OpenRooms {
    pub(super) fn get(&self, id: RoomId) -> Option<&RoomReplica> {
        self.open.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: RoomId) -> Option<&mut RoomReplica> {
        self.open.get_mut(&id)
    }

    pub(super) fn ids(&self) -> Vec<RoomId> {
        self.open.keys().copied().collect()
    }

    /// Opens a room that is not open, with what is kept of it.
    pub(super) fn open(&mut self, id: RoomId) {
        let room = self.take_closed(id);
        let mut room = room.unwrap_or_else(|| RoomReplica::new(id));
        room.first_message = self.first_message(id);
        self.open.insert(id, room);
    }

    pub(super) fn only_room(&self) -> Option<OnlyRoom> {
        self.only_room
    }

    /// Sets the only room that exists for the person; `None` for all but some guests.
    pub(super) fn set_only_room(&mut self, only_room: Option<OnlyRoom>) {
        self.only_room = only_room;
        for id in self.ids() {
            let first_message = self.first_message(id);
            if let Some(room) = self.get_mut(id) {
                room.first_message = first_message;
            }
        }
    }

    /// The first message of a room that exists for the person.
    pub(super) fn first_message(&self, id: RoomId) -> Seq {
        let only = self.only_room.filter(|only| only.room == id);
        only.map_or(Seq(1), |only| only.from.max(Seq(1)))
    }

    /// Closes a room, and keeps its newest messages. Returns whether it was open.
    pub(super) fn close(&mut self, id: RoomId, settings: &ReplicaConfig) -> bool {
        let Some(mut room) = self.open.remove(&id) else {
            return false;
        };
        if room.close(settings) {
            self.keep_closed(room, settings);
        }
        true
    }

    /// Keeps a room that is closed, for when it is opened.
    pub(super) fn keep_closed(&mut self, room: RoomReplica, settings: &ReplicaConfig) {
        self.closed.push(room);
        let excess = self.closed.len().saturating_sub(settings.closed_rooms);
        self.closed.drain(..excess);
    }

    /// Forgets what is kept of a closed room.
    pub(super) fn forget_closed(&mut self, id: RoomId) {
        self.take_closed(id);
    }

    fn take_closed(&mut self, id: RoomId) -> Option<RoomReplica> {
        let at = self.closed.iter().position(|room| room.id == id)?;
        Some(self.closed.remove(at))
    }
}
