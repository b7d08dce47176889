//! How far a stream of changes is known.
//!
//! A cursor is a pair of epoch and revision. It advances only over ranges that leave no
//! gap. At most one question is open at a time, and only its answer takes the cursor from one
//! epoch into another: an answer to another question arrived late, and is treated as a live
//! frame. After the second answer in a row that made no progress, no question is asked until
//! something changes: the client never asks for the same range in a loop.

use crate::id::{Epoch, Micros, Rev};

/// So many answers in a row without progress end the asking.
const MOST_FRUITLESS: u8 = 2;

/// The range of revisions that a frame covers: `(from, through]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct RevRange {
    /// The question that the frame answers, if it is an answer.
    pub(super) question: Option<u32>,
    pub(super) from: Rev,
    pub(super) through: Rev,
    pub(super) head: Option<Rev>,
}

/// What to do with a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Ignore it: it holds nothing new, or is invalid.
    Drop,
    /// Keep it: it can be applied once a gap is filled, or the cursor is confirmed.
    Gap,
    /// Apply it: it continues what is known.
    Apply,
    /// Discard what was known and start again with this.
    Replace,
}

/// A question about a stream that has no answer yet.
#[derive(Clone, Copy, Debug)]
struct StreamQuestion {
    number: u32,
    /// The revision from which it asks.
    from: Rev,
}

/// Epoch and revision, and the state of the question for more.
#[derive(Clone, Debug, Default)]
pub(in crate::sync) struct Cursor {
    epoch: Option<Epoch>,
    known: Rev,
    /// The highest revision that any frame of this connection has named.
    highest_seen: Rev,
    /// The revision at which catching up is complete. Below it, items that changed again
    /// later are still missing: the copy is no state that the server ever had.
    catch_up_end: Rev,
    question: Option<StreamQuestion>,
    /// How many answers in a row made no progress.
    fruitless: u8,
    restarted: bool,
    /// Whether something was known that was forgotten, and nothing is known since.
    is_forgotten: bool,
    retry_at: Option<Micros>,
}

impl Cursor {
    /// A cursor that was stored.
    pub(in crate::sync) fn at(epoch: Epoch, rev: Rev) -> Self {
        Cursor {
            epoch: Some(epoch),
            known: rev,
            ..Cursor::default()
        }
    }

    /// From where a later page can go on; `None` if nothing is known, or only a part of a state.
    pub(in crate::sync) fn resume_point(&self) -> Option<(Epoch, Rev)> {
        let is_whole = self.known > Rev::ZERO && !self.is_partial();
        self.epoch
            .filter(|_| is_whole)
            .map(|epoch| (epoch, self.known))
    }

    /// The revision up to which everything is known.
    pub(in crate::sync) fn known(&self) -> Rev {
        self.known
    }

    /// Whether the server has confirmed the cursor in this epoch.
    pub(in crate::sync) fn is_confirmed(&self, epoch: Epoch) -> bool {
        self.epoch == Some(epoch)
    }

    /// Whether something was known in another epoch, of which the server has not said in this
    /// one that it is part of its past.
    pub(in crate::sync) fn has_unconfirmed_past(&self, epoch: Epoch) -> bool {
        let is_of_another = self.epoch.is_some_and(|known_in| known_in != epoch);
        self.is_forgotten || (is_of_another && self.known > Rev::ZERO)
    }

    /// Whether the server has still to say whether that is part of its past: the question is
    /// open, or will be repeated.
    pub(in crate::sync) fn awaits_confirmation(&self, epoch: Epoch) -> bool {
        let is_asked = self.is_question_open() || self.retry_at.is_some();
        is_asked && self.has_unconfirmed_past(epoch)
    }

    /// Whether every revision that this connection has named is known.
    pub(in crate::sync) fn is_caught_up(&self) -> bool {
        self.known >= self.highest_seen
    }

    /// Whether catching up has started and not finished. Such a cursor is valid in its own
    /// epoch only. A store that was restored from a backup to this very revision would not
    /// send items again whose later change is lost with the restore.
    pub(in crate::sync) fn is_partial(&self) -> bool {
        self.known < self.catch_up_end
    }

    /// Forgets everything: the next question is that of a first visit.
    pub(in crate::sync) fn forget(&mut self) {
        *self = Cursor {
            is_forgotten: self.is_forgotten || self.known > Rev::ZERO,
            ..Cursor::default()
        };
    }

    /// Whether a question has no answer yet.
    pub(in crate::sync) fn is_question_open(&self) -> bool {
        self.question.is_some()
    }

    /// Whether the open question has this number.
    pub(in crate::sync) fn asks(&self, number: u32) -> bool {
        self.question.is_some_and(|open| open.number == number)
    }

    /// Whether something is missing and should be asked for now.
    pub(in crate::sync) fn should_ask(&self) -> bool {
        !self.is_caught_up()
            && !self.is_question_open()
            && self.fruitless < MOST_FRUITLESS
            && self.retry_at.is_none()
    }

    /// Opens a question; returns the pair to send.
    pub(in crate::sync) fn ask(&mut self, number: u32) -> (Option<Epoch>, Rev) {
        let from = self.known;
        self.question = Some(StreamQuestion { number, from });
        self.retry_at = None;
        (self.epoch, from)
    }

    /// The connection is lost, or has lost its subscriptions: no answer will arrive.
    pub(super) fn forget_connection(&mut self) {
        self.highest_seen = Rev::ZERO;
        self.question = None;
        self.fruitless = 0;
        self.restarted = false;
        self.retry_at = None;
    }

    /// The question was refused. Repeat it at `retry_at`; `None`: not on this connection.
    pub(in crate::sync) fn refused(&mut self, retry_at: Option<Micros>) {
        self.question = None;
        self.retry_at = retry_at;
        self.fruitless = retry_at.map_or(MOST_FRUITLESS, |_| 0);
    }

    /// When to repeat a refused question.
    pub(in crate::sync) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
    }

    /// A frame has named this revision: it exists.
    pub(in crate::sync) fn note_revision(&mut self, rev: Rev) {
        self.highest_seen = self.highest_seen.max(rev);
    }

    /// Closes the open question if this is its answer. Returns from which revision it asked.
    fn take_answered(&mut self, question: Option<u32>) -> Option<Rev> {
        let open = (self.question).take_if(|open| Some(open.number) == question);
        open.map(|open| open.from)
    }

    /// Decides what to do with a range that arrived in this epoch, and advances over it.
    pub(super) fn advance(&mut self, epoch: Epoch, range: RevRange) -> Verdict {
        let RevRange {
            question,
            from,
            through,
            head,
        } = range;
        let head_is_odd = head.is_some_and(|head| head < through);
        if from < Rev::ZERO || through < from || head_is_odd {
            return Verdict::Drop;
        }
        self.note_revision(head.unwrap_or(through));
        let answered = self.take_answered(question);
        let verdict = self.classify(epoch, from, through, answered);
        let before = (self.epoch, self.known);
        if matches!(verdict, Verdict::Apply | Verdict::Replace) {
            if verdict == Verdict::Replace {
                self.catch_up_end = Rev::ZERO;
            }
            self.catch_up_end = self.catch_up_end.max(head.unwrap_or(through));
            self.known = through;
            self.epoch = Some(epoch);
            self.is_forgotten = false;
        }
        // A restart is progress, even if it ends at the same revision.
        let moved = verdict == Verdict::Replace || before != (self.epoch, self.known);
        self.note_progress(moved, answered.is_some());
        verdict
    }

    fn classify(
        &mut self,
        epoch: Epoch,
        from: Rev,
        through: Rev,
        answered: Option<Rev>,
    ) -> Verdict {
        let anew = from == Rev::ZERO;
        if self.is_confirmed(epoch) {
            // The server may answer from revision 0, but only once per connection: it must
            // not be able to make a client ask for the same pages for ever.
            if anew && !self.restarted && answered.is_some_and(|asked_from| asked_from > Rev::ZERO)
            {
                self.restarted = true;
                return Verdict::Replace;
            }
            return match (from <= self.known, through > self.known) {
                (true, true) => Verdict::Apply,
                (true, false) => Verdict::Drop,
                (false, _) => Verdict::Gap,
            };
        }
        // Until an answer confirms it in this epoch, the known state is not valid.
        if answered.is_none() {
            Verdict::Gap
        } else if anew {
            Verdict::Replace
        } else if from <= self.known && through >= self.known {
            Verdict::Apply
        } else {
            Verdict::Drop
        }
    }

    /// Counts answers that advanced nothing and left a gap.
    fn note_progress(&mut self, moved: bool, answered: bool) {
        if moved {
            self.fruitless = 0;
        } else if answered && !self.is_caught_up() {
            self.fruitless = self.fruitless.saturating_add(1);
        }
    }

    /// Decides whether a `reset` is accepted, and moves the cursor to its revision. One that
    /// arrives late is not: the answer to the open question follows.
    pub(in crate::sync) fn accept_reset(
        &mut self,
        epoch: Epoch,
        rev: Rev,
        question: Option<u32>,
    ) -> bool {
        if self.take_answered(question).is_none() {
            return false;
        }
        self.note_revision(rev);
        let before = (self.epoch, self.known);
        let counts = rev >= Rev::ZERO && (rev >= self.known || !self.is_confirmed(epoch));
        if counts {
            self.catch_up_end = rev;
            self.known = rev;
            self.epoch = Some(epoch);
            self.is_forgotten = false;
        }
        self.note_progress(before != (self.epoch, self.known), true);
        counts
    }
}

#[cfg(test)]
mod tests;
