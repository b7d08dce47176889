//! What a restored store means for pending commands.
//!
//! Ids of rooms, `seq`s and revisions begin again at the values of the backup. So a command that
//! was given before may name a room or a message that is another one now. In another epoch the
//! commands that name a room, and read marks, wait until the server has confirmed what is known of
//! the directory, of the own stream and, if it is open, of the room. So do those that name several. If that past is lost, the
//! person decides about the commands, and the marks are dropped.

use crate::id::{Epoch, RoomId};
use crate::stream::StreamKey;

use super::receive::emit_read_marks;
use super::stream::AcceptedChanges;
use super::{Replica, SyncOutput};

impl Replica {
    pub(super) fn awaits_confirmation(&self, key: StreamKey, epoch: Epoch) -> bool {
        let stream = self.stream(key);
        stream.is_some_and(|stream| stream.cursor.awaits_confirmation(epoch))
    }

    /// Whether the ids of all rooms may mean others than those that are shown.
    pub(super) fn are_rooms_unsure(&self, epoch: Epoch) -> bool {
        self.awaits_confirmation(StreamKey::Directory, epoch)
            || self.awaits_confirmation(StreamKey::Own, epoch)
    }

    /// Whether a room's id, and `seq`s in it, may mean others than those that are shown.
    pub(super) fn is_unsure(&self, room: RoomId, epoch: Epoch) -> bool {
        self.are_rooms_unsure(epoch) || self.awaits_confirmation(StreamKey::Room(room), epoch)
    }

    /// The unsure rooms of pending commands.
    pub(super) fn unsure_rooms(&self, epoch: Epoch) -> Vec<RoomId> {
        let mut rooms: Vec<RoomId> = Vec::new();
        for room in self.pending.iter().filter_map(|p| p.command.room()) {
            if !rooms.contains(&room) && self.is_unsure(room, epoch) {
                rooms.push(room);
            }
        }
        rooms
    }

    /// The directory or the own stream, which may have been unsure, has received a frame.
    pub(super) fn note_confirmation(
        &mut self,
        key: StreamKey,
        was_unsure: bool,
        accepted: Option<&AcceptedChanges>,
        out: &mut SyncOutput,
    ) {
        let is_unsure = (self.epoch()).is_some_and(|epoch| self.awaits_confirmation(key, epoch));
        let is_resumed = accepted.is_some_and(|changes| !changes.replaces);
        if was_unsure && !is_unsure {
            if !is_resumed {
                self.lose_past(key, out);
            }
            self.send_read_marks(out);
        }
    }

    /// A question that was refused for good before `welcome` is not repeated.
    pub(super) fn give_up_unasked_pasts(&mut self, epoch: Epoch, out: &mut SyncOutput) {
        let unasked = self.streams_where(|stream| {
            let cursor = &stream.cursor;
            cursor.has_unconfirmed_past(epoch) && !cursor.awaits_confirmation(epoch)
        });
        for key in unasked {
            self.lose_past(key, out);
        }
    }

    /// The server has lost what was known of a stream, or does not say: pending commands that
    /// may be about something else now wait for the person, and marks are dropped.
    pub(super) fn lose_past(&mut self, key: StreamKey, out: &mut SyncOutput) {
        let marks = match key.room() {
            Some(room) if !self.own.marks.discard_unconfirmed(room) => Vec::new(),
            Some(room) => vec![room],
            None => self.own.marks.discard_all_unconfirmed(),
        };
        emit_read_marks(marks, out);
        let over = self.pending.expire_lost_past(self.epoch(), key.room());
        self.report_expired(over, out);
    }
}
