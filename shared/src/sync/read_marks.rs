//! The person's own stream: the read mark of each room.

use crate::frame::Stream;
use crate::id::{Epoch, Micros, RoomId, Seq};
use crate::model::ReadMark;

use super::cursor::{Cursor, RevRange, Verdict};
use super::vec_map::VecMap;

/// An upper bound. More marks than a server has rooms; further ones are not kept.
const MOST_MARKS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct ReadMarks {
    pub(super) cursor: Cursor,
    confirmed: VecMap<RoomId, ReadMark>,
    /// Marks set here that the server has not confirmed. They are shown at once and sent
    /// again after a reconnect, so that a cleared badge does not come back.
    unconfirmed: VecMap<RoomId, Seq>,
    /// When to send marks again that were refused temporarily.
    resend_at: Option<Micros>,
}

impl ReadMarks {
    /// The last message that was read, if known.
    pub(super) fn read_seq(&self, room: RoomId) -> Option<Seq> {
        let confirmed = self.confirmed.get(&room).map(|mark| mark.seq);
        confirmed.max(self.unconfirmed.get(&room).copied())
    }

    /// Raises the mark of a room. Returns whether that changed it.
    pub(super) fn raise(&mut self, room: RoomId, seq: Seq) -> bool {
        let new = self.read_seq(room).is_none_or(|read| read < seq);
        if new {
            self.unconfirmed.insert(room, seq);
        }
        new
    }

    /// Marks that the server has not confirmed yet.
    pub(super) fn unconfirmed(&self) -> impl Iterator<Item = (RoomId, Seq)> {
        self.unconfirmed.iter().map(|(room, seq)| (*room, *seq))
    }

    /// Sets when unconfirmed marks are sent again; `None`: not.
    pub(super) fn resend_at_time(&mut self, at: Option<Micros>) {
        self.resend_at = at;
    }

    /// Whether the mark of this room is unconfirmed, and so may have been refused.
    pub(super) fn is_unconfirmed(&self, room: RoomId) -> bool {
        self.unconfirmed.get(&room).is_some()
    }

    /// When to send marks again, if there are any.
    pub(super) fn resend_at(&self) -> Option<Micros> {
        self.resend_at.filter(|_| !self.unconfirmed.is_empty())
    }

    /// The room was reset. A mark beyond its end belongs to messages that do not exist any
    /// more.
    pub(super) fn discard_beyond(&mut self, room: RoomId, head: Seq) {
        if self.unconfirmed.get(&room).is_some_and(|seq| *seq > head) {
            self.unconfirmed.remove(&room);
        }
    }

    /// The room does not exist any more: its mark is not sent again. Returns whether
    /// there was one.
    pub(super) fn discard_unconfirmed(&mut self, room: RoomId) -> bool {
        self.unconfirmed.remove(&room).is_some()
    }

    /// Applies a frame of the stream. Returns the rooms whose mark moved.
    pub(super) fn apply(&mut self, epoch: Epoch, frame: Stream) -> Vec<RoomId> {
        let verdict = self.cursor.advance(
            epoch,
            RevRange {
                from: frame.from,
                through: frame.through,
                head: frame.head,
            },
        );
        let mut moved = Vec::new();
        match verdict {
            Verdict::Drop | Verdict::Gap => return moved,
            Verdict::Apply => {}
            Verdict::Replace => {
                moved.extend(std::mem::take(&mut self.confirmed).into_keys());
            }
        }
        for mark in frame.marks {
            if self.learn(mark) && !moved.contains(&mark.room) {
                moved.push(mark.room);
            }
        }
        moved
    }

    fn learn(&mut self, mark: ReadMark) -> bool {
        if self
            .unconfirmed
            .get(&mark.room)
            .is_some_and(|seq| *seq <= mark.seq)
        {
            self.unconfirmed.remove(&mark.room);
        }
        self.confirmed
            .insert_newer(mark.room, mark, |mark| mark.rev, MOST_MARKS)
    }
}
