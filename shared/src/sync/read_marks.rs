//! How far the person has read each room.

use crate::frame::ClientFrame;
use crate::id::{Micros, Rev, RoomId, Seq};
use crate::model::ReadMark;

use super::vec_map::VecMap;

/// An upper bound. More marks than a server has rooms; further ones are not kept.
const MOST_MARKS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct ReadMarks {
    confirmed: VecMap<RoomId, ReadMark>,
    /// Marks raised here that the server has not confirmed. They are shown at once and sent
    /// again after a reconnect, so that a cleared badge does not come back.
    unconfirmed: VecMap<RoomId, UnconfirmedMark>,
    /// When to send marks again that were refused temporarily.
    resend_at: Option<Micros>,
}

/// A mark that was raised here.
#[derive(Clone, Copy, Debug)]
struct UnconfirmedMark {
    seq: Seq,
    /// The generation that was known when it was raised. In another one it means nothing.
    generation: u32,
}

impl ReadMarks {
    fn generation(&self, room: RoomId) -> u32 {
        (self.confirmed.get(&room)).map_or(0, |mark| mark.generation)
    }

    /// The last message that was read, if known.
    pub(super) fn read_seq(&self, room: RoomId) -> Option<Seq> {
        let generation = self.generation(room);
        let confirmed = self.confirmed.get(&room).map(|mark| mark.seq);
        let raised = (self.unconfirmed.get(&room)).filter(|mark| mark.generation == generation);
        confirmed.max(raised.map(|mark| mark.seq))
    }

    /// The marks that the server has confirmed.
    pub(super) fn all_confirmed(&self) -> impl Iterator<Item = ReadMark> {
        self.confirmed.values().copied()
    }

    /// The marks that were raised here and are not confirmed, to be stored.
    pub(super) fn raised(&self) -> impl Iterator<Item = ReadMark> {
        self.unconfirmed.iter().map(|(room, mark)| ReadMark {
            room: *room,
            seq: mark.seq,
            generation: mark.generation,
            rev: Rev::ZERO,
        })
    }

    /// Marks that were raised at an earlier visit.
    pub(super) fn restore_raised(&mut self, marks: Vec<ReadMark>) {
        for mark in marks.into_iter().take(MOST_MARKS) {
            let (seq, generation) = (mark.seq, mark.generation);
            let raised = UnconfirmedMark { seq, generation };
            self.unconfirmed.insert(mark.room, raised);
        }
    }

    /// How many marks the server has confirmed.
    pub(super) fn confirmed(&self) -> usize {
        self.confirmed.len()
    }

    /// Raises the mark of a room, which has to be lower.
    pub(super) fn raise(&mut self, room: RoomId, seq: Seq) {
        let generation = self.generation(room);
        let mark = UnconfirmedMark { seq, generation };
        self.unconfirmed.insert(room, mark);
    }

    /// The frames with the marks of certain rooms that the server has not confirmed yet.
    pub(super) fn unconfirmed(
        &self,
        is_meant: impl Fn(RoomId) -> bool,
    ) -> impl Iterator<Item = ClientFrame> {
        let marks = self.unconfirmed.iter();
        let marks = marks.filter(move |(room, _)| is_meant(**room));
        marks.map(|(room, mark)| ClientFrame::mark_read(*room, mark.seq, mark.generation))
    }

    /// Sets when unconfirmed marks are sent again; `None`: not.
    pub(super) fn resend_at_time(&mut self, at: Option<Micros>) {
        self.resend_at = at;
    }

    /// Whether the mark of this room is unconfirmed, and so may have been refused.
    pub(super) fn is_unconfirmed(&self, room: RoomId) -> bool {
        self.unconfirmed.contains_key(&room)
    }

    /// When to send marks again, if there are any.
    pub(super) fn resend_at(&self) -> Option<Micros> {
        self.resend_at.filter(|_| !self.unconfirmed.is_empty())
    }

    /// The server has shown the end of the room. A mark beyond it belongs to messages that
    /// do not exist any more. Returns whether there was one.
    pub(super) fn discard_beyond(&mut self, room: RoomId, head: Seq) -> bool {
        let is_beyond = (self.unconfirmed.get(&room)).is_some_and(|mark| mark.seq > head);
        is_beyond && self.discard_unconfirmed(room)
    }

    /// The room does not exist any more: its mark is not sent again. Returns whether
    /// there was one.
    pub(super) fn discard_unconfirmed(&mut self, room: RoomId) -> bool {
        self.unconfirmed.remove(&room).is_some()
    }

    /// The rooms may be others now: their marks are not sent. Returns of which rooms.
    pub(super) fn discard_all_unconfirmed(&mut self) -> Vec<RoomId> {
        std::mem::take(&mut self.unconfirmed).into_keys().collect()
    }

    /// Forgets what the server has confirmed. Returns of which rooms.
    pub(super) fn clear_confirmed(&mut self) -> Vec<RoomId> {
        std::mem::take(&mut self.confirmed).into_keys().collect()
    }

    /// Applies a mark of the stream. Returns whether it is newer than the known one.
    pub(super) fn confirm(&mut self, mark: ReadMark) -> bool {
        let room = mark.room;
        let is_newer = (self.confirmed).insert_newer(room, mark, |mark| mark.rev, MOST_MARKS);
        if is_newer
            && let Some(raised) = self.unconfirmed.get(&room)
            && (raised.generation != mark.generation || raised.seq <= mark.seq)
        {
            self.unconfirmed.remove(&room);
        }
        is_newer
    }

    /// All confirmed marks are known. Drops those of generations that do not exist: the
    /// server has lost the mark that began them.
    pub(super) fn discard_lost_generations(&mut self) {
        for (room, mark) in std::mem::take(&mut self.unconfirmed) {
            if mark.generation == self.generation(room) {
                self.unconfirmed.insert(room, mark);
            }
        }
    }
}
