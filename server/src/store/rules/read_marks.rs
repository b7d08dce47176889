//! Read marks. A transaction stores each mark once, however often it is raised.

use shared::id::{RoomId, Seq, UserId};
use shared::model::ReadMark;

use super::tables::{Tables, TablesResult};
use super::{Applied, RaisedMark, RuleResult, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    pub(super) fn mark_read(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied<T> {
        let last = self.open_room(room)?.seq;
        let user = self.acting_person(actor)?.profile.id;
        self.read_mark(user, room)?;
        self.raise_read_mark(user, room, seq.clamp(Seq::ZERO, last));
        Ok(Outcome::Done)
    }

    /// Reads the stored mark, once in a transaction. To be called before
    /// [`Rules::raise_read_mark`].
    pub(super) fn read_mark(&mut self, user: UserId, room: RoomId) -> RuleResult<(), T> {
        if !self.read_marks.contains_key(&(user, room)) {
            let stored = self.tables.read_mark(user, room)?;
            let mark = RaisedMark {
                stored,
                raised: None,
            };
            self.read_marks.insert((user, room), mark);
        }
        Ok(())
    }

    /// Raises a read mark. It is stored at the end of the transaction.
    pub(super) fn raise_read_mark(&mut self, user: UserId, room: RoomId, seq: Seq) {
        if let Some(mark) = self.read_marks.get_mut(&(user, room)) {
            mark.raised = mark.raised.max(Some(seq));
        }
    }

    /// Stores the read marks that have risen, each with the next revision of its person's
    /// stream.
    pub(super) fn store_read_marks(&mut self) -> TablesResult<(), T::Failure> {
        let mut marks: Vec<_> = std::mem::take(&mut self.read_marks).into_iter().collect();
        // By person, as the batch needs them.
        marks.sort_unstable_by_key(|(key, _)| *key);
        for ((user, room), mark) in marks {
            // None is less than any mark.
            let Some(seq) = mark.raised.filter(|_| mark.raised > mark.stored) else {
                continue;
            };
            let rev = self.tables.stream_rev(user)?.next();
            self.tables.put_stream_rev(user, rev);
            let mark = ReadMark { room, seq, rev };
            self.tables.put_read_mark(user, mark)?;
            self.batch.add_read_mark(user, mark);
        }
        Ok(())
    }
}
