//! Asking for the state of private rooms and direct conversations, and what the answers change.

use crate::frame::{ClientFrame, Rooms};
use crate::id::{Epoch, Rev, RoomId, UserId};
use crate::model::RoomKind;

use super::{Replica, SyncEvent, SyncOutput};

impl Replica {
    /// Asks for the state of rooms that no directory brings.
    pub(super) fn ask_rooms(&mut self, out: &mut SyncOutput) {
        if self.epoch().is_some()
            && let Some(ids) = (self.known_rooms.wanted).ask(&mut self.question, self.limits.page)
        {
            out.send.push(ClientFrame::Rooms {
                question: self.question,
                rooms: ids.into_iter().map(RoomId).collect(),
            });
        }
    }

    pub(super) fn apply_rooms(&mut self, epoch: Epoch, frame: Rooms, out: &mut SyncOutput) {
        if !self.known_rooms.wanted.asks(frame.question) {
            return;
        }
        let mut asked = self.known_rooms.wanted.answered();
        let mut changed = Vec::new();
        for room in frame.rooms {
            let id = room.id;
            asked.retain(|other| *other != id.0);
            if self.is_unlisted(id) {
                self.want_names(&room.people);
                if self.known_rooms.note(room, epoch) {
                    changed.push(id);
                }
            }
        }
        if !changed.is_empty() {
            out.emit(SyncEvent::Rooms(changed));
        }
        let gone: Vec<RoomId> = asked.into_iter().map(RoomId).collect();
        self.lose_known_rooms(&gone, out);
    }

    /// The server has said that these rooms do not exist. If the person is a member, they were
    /// removed.
    pub(super) fn lose_known_rooms(&mut self, gone: &[RoomId], out: &mut SyncOutput) {
        let Some(epoch) = self.epoch() else { return };
        let mut changed = Vec::new();
        for id in gone {
            if self.is_unlisted(*id) && self.known_rooms.lose(*id, epoch) {
                changed.push(*id);
            }
        }
        if !changed.is_empty() {
            out.emit(SyncEvent::Rooms(changed));
        }
    }

    /// Whether the person is a member of a room that is in no directory.
    fn is_unlisted(&self, room: RoomId) -> bool {
        let membership = self.own.membership(room);
        membership.is_some_and(|membership| membership.kind != RoomKind::Public)
    }

    /// Asks for the state of a room that no directory brings, unless it is known in this revision.
    pub(super) fn want_room(&mut self, room: RoomId, rev: Rev) {
        if let Some(epoch) = self.epoch()
            && self.is_unlisted(room)
        {
            self.known_rooms.want(room, epoch, rev);
        }
    }

    /// After a restart of the server all are asked for again.
    pub(super) fn want_all_rooms(&mut self) {
        let rooms: Vec<RoomId> = self.own.memberships().map(|held| held.room).collect();
        for room in rooms {
            self.want_room(room, Rev::ZERO);
        }
    }

    /// The server has named all rooms that are watched: others may have been removed.
    pub(super) fn want_unwatched_rooms(&mut self) {
        let mut rooms: Vec<RoomId> = self.own.memberships().map(|held| held.room).collect();
        rooms.retain(|room| !self.watching.is_watched(*room));
        for room in rooms {
            self.want_room(room, Rev(i64::MAX));
        }
    }

    pub(super) fn want_names(&mut self, people: &[UserId]) {
        for person in people {
            self.names.want(*person);
        }
    }
}
