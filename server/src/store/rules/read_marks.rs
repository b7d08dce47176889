//! Read marks. A transaction stores each mark once, however often it is changed.
//!
//! A mark rises within a generation. Setting it back begins the next one, so that a device
//! which has not heard of that cannot raise the mark again.

use shared::command::Command;
use shared::frame::Refusal;
use shared::id::{RoomId, Seq, UserId};
use shared::model::{MarkChange, ReadMark};
use shared::permission::Action;

use super::access::AccessibleRoom;
use super::tables::{ReadMarkRow, Tables, TablesResult};
use super::{Applied, ChangedMark, RuleError, RuleResult, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    pub(super) fn mark_read(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        seq: Seq,
        generation: u32,
    ) -> Applied<T> {
        let user = self.acting_person(actor)?.profile.id;
        if self.read_mark(user, room.id)?.generation == generation {
            self.raise_read_mark(user, room.id, seq.clamp(Seq::ZERO, room.head.seq));
        }
        Ok(Outcome::Done)
    }

    /// Sets the mark to the message before `seq`, in the next generation.
    pub(super) fn mark_unread(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        seq: Seq,
    ) -> Applied<T> {
        let user = self.acting_person(actor)?.profile.id;
        let before = self.read_mark(user, room.id)?;
        let seq = seq.previous().clamp(Seq::ZERO, room.head.seq);
        self.put_read_mark(user, room.id, set_back(before, seq));
        Ok(Outcome::Done)
    }

    /// Sets the marks of several rooms, each forth or back. Rooms that do not exist for the actor
    /// are left out.
    pub(super) fn set_marks(&mut self, actor: &Actor, marks: &[MarkChange]) -> Applied<T> {
        if marks.len() > Command::MOST_MEMBERS {
            let message = format!("set at most {} marks at once", Command::MOST_MEMBERS);
            return Err(Refusal::bad_command(&message).into());
        }
        let user = self.acting_person(actor)?.profile.id;
        let mut readable = Vec::with_capacity(marks.len());
        for mark in marks {
            match self.access(actor, mark.room, Action::Read) {
                Ok(access) => readable.push((*mark, access.head.seq)),
                Err(RuleError::Refused(_)) => continue,
                Err(other) => return Err(other),
            }
            self.read_mark(user, mark.room)?;
        }
        // Decided: from here on it writes.
        for (mark, last) in readable {
            let room = mark.room;
            let before = self.read_mark(user, room)?;
            let seq = mark.applied_to(before.seq).clamp(Seq::ZERO, last);
            if seq < before.seq {
                self.put_read_mark(user, room, set_back(before, seq));
            } else {
                self.raise_read_mark(user, room, seq);
            }
        }
        Ok(Outcome::Done)
    }

    /// The mark as this transaction has left it. It is read from the tables once in a
    /// transaction. To be called before [`Rules::raise_read_mark`].
    pub(super) fn read_mark(&mut self, user: UserId, room: RoomId) -> RuleResult<ReadMarkRow, T> {
        if let Some(mark) = self.read_marks.get(&(user, room)) {
            return Ok(mark.present.unwrap_or_default());
        }
        let stored = self.tables.read_mark(user, room)?;
        let mark = ChangedMark {
            stored,
            present: stored,
            is_resent: false,
        };
        self.read_marks.insert((user, room), mark);
        Ok(stored.unwrap_or_default())
    }

    /// Raises a read mark in its present generation. It is stored at the end of the transaction.
    pub(super) fn raise_read_mark(&mut self, user: UserId, room: RoomId, seq: Seq) {
        if let Some(mark) = self.read_marks.get_mut(&(user, room)) {
            let raised = ReadMarkRow {
                seq,
                ..mark.present.unwrap_or_default()
            };
            if mark.present.is_none_or(|present| present.seq < seq) {
                mark.present = Some(raised);
            }
        }
    }

    /// Gives a mark a new revision, so that it is sent again: it was not sent while the person was
    /// no member.
    pub(super) fn resend_read_mark(&mut self, user: UserId, room: RoomId) {
        if let Some(mark) = self.read_marks.get_mut(&(user, room)) {
            mark.is_resent = true;
        }
    }

    fn put_read_mark(&mut self, user: UserId, room: RoomId, row: ReadMarkRow) {
        if let Some(mark) = self.read_marks.get_mut(&(user, room)) {
            mark.present = Some(row);
        }
    }

    /// Stores the read marks that have changed, each with the next revision of its person's
    /// stream.
    pub(super) fn store_read_marks(&mut self) -> TablesResult<(), T::Failure> {
        let mut marks: Vec<_> = std::mem::take(&mut self.read_marks).into_iter().collect();
        // The same transaction gives the same revisions on every store.
        marks.sort_unstable_by_key(|(key, _)| *key);
        for ((user, room), mark) in marks {
            let must_store = mark.is_resent || mark.present != mark.stored;
            let Some(row) = mark.present.filter(|_| must_store) else {
                continue;
            };
            let rev = self.tables.stream_rev(user)?.next();
            self.tables.put_stream_rev(user, rev);
            let mark = ReadMark {
                room,
                seq: row.seq,
                generation: row.generation,
                rev,
            };
            self.tables.put_read_mark(user, mark)?;
            self.batch.add_read_mark(user, mark);
        }
        Ok(())
    }
}

/// A mark that goes back: it begins the next generation.
fn set_back(before: ReadMarkRow, seq: Seq) -> ReadMarkRow {
    ReadMarkRow {
        seq,
        generation: before.generation.saturating_add(1),
    }
}
