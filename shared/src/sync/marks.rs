//! The person's own stream: how far each room has been read.

use crate::frame::Stream;
use crate::id::{Epoch, Micros, RoomId, Seq};
use crate::model::ReadMark;

use super::cursor::{Cursor, Stretch, Verdict};
use super::map::Map;

/// More marks than there are rooms; what lies above is not kept.
const MOST_MARKS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) cursor: Cursor,
    told: Map<RoomId, ReadMark>,
    /// Marks set here that the server has not told back yet. They are shown at once
    /// and said again after a reconnect: a cleared badge does not come back.
    wanted: Map<RoomId, Seq>,
    /// When marks that were refused for now are said again.
    say_again_at: Option<Micros>,
}

impl Marks {
    /// The last message that was read, as far as is known.
    pub(super) fn read_seq(&self, room: RoomId) -> Option<Seq> {
        let told = self.told.get(&room).map(|mark| mark.seq);
        told.max(self.wanted.get(&room).copied())
    }

    /// Marks a room as read up to a place; whether that says anything new.
    pub(super) fn want(&mut self, room: RoomId, seq: Seq) -> bool {
        let new = self.read_seq(room).is_none_or(|read| read < seq);
        if new {
            self.wanted.insert(room, seq);
        }
        new
    }

    /// What is still to be said to the server.
    pub(super) fn wanted(&self) -> impl Iterator<Item = (RoomId, Seq)> {
        self.wanted.iter().map(|(room, seq)| (*room, *seq))
    }

    /// A mark was refused for now: it is to be said again, or what remains of them.
    pub(super) fn say_again(&mut self, at: Option<Micros>) {
        self.say_again_at = at;
    }

    /// Whether a mark of this room is not told back yet, and may have been refused.
    pub(super) fn is_wanted(&self, room: RoomId) -> bool {
        self.wanted.get(&room).is_some()
    }

    /// When marks are to be said again, if any are.
    pub(super) fn say_again_at(&self) -> Option<Micros> {
        self.say_again_at.filter(|_| !self.wanted.is_empty())
    }

    /// A room starts anew: what was read beyond its end was in another life of it.
    pub(super) fn clamp(&mut self, room: RoomId, head: Seq) {
        if self.wanted.get(&room).is_some_and(|seq| *seq > head) {
            self.wanted.remove(&room);
        }
    }

    /// A room takes no marks: it does not exist any more.
    pub(super) fn give_up(&mut self, room: RoomId) {
        self.wanted.remove(&room);
    }

    /// Applies a stretch of the stream; the rooms whose mark moved.
    pub(super) fn apply(&mut self, epoch: Epoch, frame: Stream) -> Vec<RoomId> {
        let verdict = self.cursor.take(
            epoch,
            Stretch {
                from: frame.from,
                through: frame.through,
                head: frame.head,
            },
        );
        let mut moved = Vec::new();
        match verdict {
            Verdict::Drop | Verdict::Ahead => return moved,
            Verdict::Apply => {}
            Verdict::Replace => {
                moved.extend(std::mem::take(&mut self.told).into_keys());
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
            .wanted
            .get(&mark.room)
            .is_some_and(|seq| *seq <= mark.seq)
        {
            self.wanted.remove(&mark.room);
        }
        let is_full = self.told.len() >= MOST_MARKS;
        match self.told.get_mut(&mark.room) {
            Some(known) if known.rev >= mark.rev => false,
            Some(known) => {
                *known = mark;
                true
            }
            None if is_full => false,
            None => {
                self.told.insert(mark.room, mark);
                true
            }
        }
    }
}
