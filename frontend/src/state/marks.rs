//! Setting read marks forth and back: what a person does beside reading.

use shared::command::Command;
use shared::id::{RoomId, Seq};
use shared::model::MarkChange;
use shared::sync::Replica;

use super::types::MarkedRoom;
use super::{Client, ToastMessage};
use crate::browser;

impl Client {
    /// Marks everything in a room as read.
    pub fn mark_all_read(self, room: RoomId) {
        let engine = self.engine();
        if let Some(view) = engine.view().filter(|view| view.room == room) {
            view.allow_reading();
        }
        let id = browser::new_client_id();
        engine.act(|replica, now| {
            let head = replica.head(room);
            replica.mark_read(id, room, head, now)
        });
    }

    /// Marks a room as unread from a message on, on all devices. It is shown at once. While the room is
    /// shown, the page does not mark it as read again.
    pub fn mark_unread_from(self, room: RoomId, seq: Seq) {
        if let Some(view) = self.engine().view().filter(|view| view.room == room) {
            view.stay_unread_from(seq);
        }
        self.set_marks(&[MarkChange::new(room, seq.previous())]);
    }

    /// Marks everything in all rooms as read. A toast offers to undo it.
    pub fn mark_all_rooms_read(self) {
        let engine = self.engine();
        let unread = |replica: &Replica| {
            let rooms = replica.my_rooms();
            let marked = rooms.map(|room| MarkedRoom {
                room,
                before: replica.read_seq(room).unwrap_or_default(),
                now: replica.head(room),
            });
            let marked = marked.filter(|mark| replica.unread(mark.room) > 0);
            marked.collect::<Vec<_>>()
        };
        let marked = engine.read(unread).unwrap_or_default();
        if marked.is_empty() {
            return self.show_toast(ToastMessage::NothingUnread);
        }
        if let Some(view) = engine.view() {
            view.allow_reading();
        }
        // What another device has read meanwhile stays read.
        let marks = marked.iter().map(|mark| MarkChange {
            replaced: Some(mark.before),
            ..MarkChange::new(mark.room, mark.now)
        });
        let marks: Vec<_> = marks.collect();
        self.set_marks(&marks);
        self.show_toast(ToastMessage::AllRead(marked.len() as u64));
        engine.marked.replace(marked);
    }

    /// Sets back what was marked as read together, except where the person has read on since.
    pub(super) fn mark_rooms_unread_again(self) {
        let engine = self.engine();
        let marked = engine.marked.take();
        let is_as_it_was = |mark: &&MarkedRoom| {
            engine.read(|replica| replica.read_seq(mark.room)) == Some(Some(mark.now))
        };
        let marks = marked.iter().filter(is_as_it_was);
        let marks = marks.map(|mark| MarkChange {
            replaced: Some(mark.now),
            ..MarkChange::new(mark.room, mark.before)
        });
        let marks: Vec<_> = marks.collect();
        self.set_marks(&marks);
    }

    fn set_marks(self, marks: &[MarkChange]) {
        for part in marks.chunks(Command::MOST_MEMBERS) {
            let id = browser::new_client_id();
            let command = Command::SetMarks {
                marks: part.to_vec(),
            };
            (self.engine()).act(|replica, now| replica.command(id, command, now));
        }
    }
}
