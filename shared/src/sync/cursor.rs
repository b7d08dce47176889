//! How far a stream of changes is known: one rule for the directory, a person's own
//! stream and every room.
//!
//! A cursor is a pair of epoch and revision. It moves only over stretches that
//! leave nothing out, and only an answer of the server carries it from one epoch
//! into the next. It never asks twice for the same thing: one question at a time,
//! and after an answer that led nowhere none until something moves.

use crate::id::{Epoch, Micros, Rev};

/// A stretch of changes, as a frame tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) from: Rev,
    pub(crate) through: Rev,
    pub(crate) head: Option<Rev>,
}

/// What is to be done with a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It says nothing new, or nothing that makes sense.
    Drop,
    /// It lies ahead of what is known: of use later, once the hole is filled.
    Ahead,
    /// It follows on what is known.
    Apply,
    /// What was known is void; it starts anew with this.
    Replace,
}

/// The pair of epoch and revision, and the questions about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursor {
    epoch: Option<Epoch>,
    known: Rev,
    /// The highest revision that this connection has spoken of.
    heard: Rev,
    /// Where the last page of catching up ends. Before that, what is known lacks all
    /// that has changed again since: it is no state that the server ever was in.
    complete_at: Rev,
    asked: Option<Rev>,
    stuck: bool,
    voided: bool,
    retry_at: Option<Micros>,
}

impl Cursor {
    /// The revision up to which everything is known.
    pub(crate) fn known(&self) -> Rev {
        self.known
    }

    /// Whether what is known belongs to this epoch.
    pub(crate) fn is_confirmed(&self, epoch: Epoch) -> bool {
        self.epoch == Some(epoch)
    }

    /// Whether nothing is missing of what this connection has spoken of.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.known >= self.heard
    }

    /// Whether catching up was begun and not finished. What is known then is of use in
    /// its own epoch only: a store that was restored to this very revision would not
    /// tell again what had been overtaken by changes that it has lost.
    pub(crate) fn is_partial(&self) -> bool {
        self.known < self.complete_at
    }

    /// Nothing is known: the next question is that of a first visit.
    pub(crate) fn forget(&mut self) {
        *self = Cursor::default();
    }

    /// Whether a question waits for its answer.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether something is missing and it makes sense to ask for it now.
    pub(crate) fn wants_to_ask(&self) -> bool {
        !self.is_caught_up() && !self.is_asking() && !self.stuck && self.retry_at.is_none()
    }

    /// The pair to ask with. From now on a question waits.
    pub(crate) fn ask(&mut self) -> (Option<Epoch>, Rev) {
        self.asked = Some(self.known);
        self.retry_at = None;
        (self.epoch, self.known)
    }

    /// The connection is gone, or follows nothing any more: no answer will come.
    pub(crate) fn hang_up(&mut self) {
        self.heard = Rev::ZERO;
        self.asked = None;
        self.stuck = false;
        self.voided = false;
        self.retry_at = None;
    }

    /// The question was refused; ask again at a time, or not on this connection.
    pub(crate) fn refused(&mut self, retry_at: Option<Micros>) {
        self.asked = None;
        self.retry_at = retry_at;
        self.stuck = retry_at.is_none();
    }

    /// When a refused question is to be asked again.
    pub(crate) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
    }

    /// A revision exists, somebody said.
    pub(crate) fn hear(&mut self, rev: Rev) {
        self.heard = self.heard.max(rev);
    }

    /// Judges a stretch that came on a connection of this epoch, and moves over it.
    pub(crate) fn take(&mut self, epoch: Epoch, stretch: Stretch) -> Verdict {
        let Stretch {
            from,
            through,
            head,
        } = stretch;
        let head_is_odd = head.is_some_and(|head| head < through);
        if from < Rev::ZERO || through < from || head_is_odd {
            return Verdict::Drop;
        }
        self.hear(head.unwrap_or(through));
        // Only an answer names the head; one that was not asked for is none.
        let answered = head.and_then(|_| self.asked.take());
        let verdict = self.judge(epoch, from, through, answered);
        let before = self.known;
        if matches!(verdict, Verdict::Apply | Verdict::Replace) {
            if verdict == Verdict::Replace {
                self.complete_at = Rev::ZERO;
            }
            self.complete_at = self.complete_at.max(head.unwrap_or(through));
            self.known = through;
            self.epoch = Some(epoch);
        }
        // A new start moves things, even where it ends at the same number as before.
        let moved = verdict == Verdict::Replace || self.known != before;
        self.judge_answer(moved, answered.is_some());
        verdict
    }

    fn judge(&mut self, epoch: Epoch, from: Rev, through: Rev, answered: Option<Rev>) -> Verdict {
        let anew = from == Rev::ZERO;
        if self.is_confirmed(epoch) {
            // The server may answer from the start; granted once on a connection, so
            // that it cannot make a client read in circles.
            if anew && !self.voided && answered.is_some_and(|asked| asked > Rev::ZERO) {
                self.voided = true;
                return Verdict::Replace;
            }
            return match (from <= self.known, through > self.known) {
                (true, true) => Verdict::Apply,
                (true, false) => Verdict::Drop,
                (false, _) => Verdict::Ahead,
            };
        }
        // Nothing that is known counts before the server has said that it does.
        if anew {
            Verdict::Replace
        } else if answered.is_none() {
            Verdict::Ahead
        } else if from <= self.known && through >= self.known {
            Verdict::Apply
        } else {
            Verdict::Drop
        }
    }

    /// An answer that leaves a hole and has moved nothing would only come again.
    fn judge_answer(&mut self, moved: bool, answered: bool) {
        if moved {
            self.stuck = false;
        } else if answered && !self.is_caught_up() {
            self.stuck = true;
        }
    }

    /// Judges a whole state that came in place of changes: whether it counts.
    pub(crate) fn take_reset(&mut self, epoch: Epoch, rev: Rev) -> bool {
        let answered = self.asked.take().is_some();
        self.hear(rev);
        let before = (self.epoch, self.known);
        let counts = rev >= Rev::ZERO && (rev >= self.known || !self.is_confirmed(epoch));
        if counts {
            self.complete_at = rev;
            self.known = rev;
            self.epoch = Some(epoch);
        }
        self.judge_answer(before != (self.epoch, self.known), answered);
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Epoch = Epoch(uuid::Uuid::from_u128(1));
    const NEW: Epoch = Epoch(uuid::Uuid::from_u128(2));

    fn stretch(from: i64, through: i64, head: Option<i64>) -> Stretch {
        Stretch {
            from: Rev(from),
            through: Rev(through),
            head: head.map(Rev),
        }
    }

    fn cursor_at(epoch: Epoch, rev: i64) -> Cursor {
        Cursor {
            epoch: Some(epoch),
            known: Rev(rev),
            ..Cursor::default()
        }
    }

    #[test]
    fn a_hole_is_asked_for_once() {
        let mut cursor = cursor_at(NEW, 5);
        assert_eq!(cursor.take(NEW, stretch(7, 8, None)), Verdict::Ahead);
        assert!(cursor.wants_to_ask());
        assert_eq!(cursor.ask(), (Some(NEW), Rev(5)));
        assert_eq!(cursor.take(NEW, stretch(8, 9, None)), Verdict::Ahead);
        assert!(!cursor.wants_to_ask());
        assert_eq!(cursor.take(NEW, stretch(5, 9, Some(9))), Verdict::Apply);
        assert!(cursor.is_caught_up() && !cursor.wants_to_ask());
    }

    #[test]
    fn an_answer_that_leads_nowhere_is_not_asked_for_again() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.ask();
        assert_eq!(cursor.take(NEW, stretch(5, 5, Some(9))), Verdict::Drop);
        assert!(!cursor.wants_to_ask());
        assert_eq!(cursor.take(NEW, stretch(5, 6, None)), Verdict::Apply);
        assert!(cursor.wants_to_ask(), "something moved");
    }

    #[test]
    fn another_epoch_is_entered_by_an_answer_only() {
        let mut cursor = cursor_at(OLD, 5);
        cursor.ask();
        assert_eq!(cursor.take(NEW, stretch(5, 6, None)), Verdict::Ahead);
        assert_eq!(cursor.ask(), (Some(OLD), Rev(5)));
        assert_eq!(cursor.take(NEW, stretch(5, 6, Some(6))), Verdict::Apply);
        assert_eq!(cursor.ask(), (Some(NEW), Rev(6)));
    }

    #[test]
    fn a_new_start_is_granted_once_on_a_connection() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.ask();
        assert_eq!(cursor.take(NEW, stretch(0, 3, Some(9))), Verdict::Replace);
        assert!(cursor.wants_to_ask());
        cursor.ask();
        assert_eq!(cursor.take(NEW, stretch(0, 3, Some(9))), Verdict::Drop);
        assert!(!cursor.wants_to_ask());
    }

    #[test]
    fn a_new_start_that_ends_at_the_same_number_goes_on() {
        let mut cursor = cursor_at(OLD, 3);
        cursor.ask();
        assert_eq!(cursor.take(NEW, stretch(0, 3, Some(9))), Verdict::Replace);
        assert!(cursor.wants_to_ask());
        let mut cursor = cursor_at(OLD, 3);
        cursor.ask();
        cursor.hear(Rev(9));
        assert!(cursor.take_reset(NEW, Rev(3)));
        assert!(cursor.wants_to_ask());
    }

    #[test]
    fn catching_up_is_partial_up_to_its_last_page() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.ask();
        cursor.take(NEW, stretch(5, 7, Some(9)));
        assert!(cursor.is_partial());
        cursor.take(NEW, stretch(7, 9, None));
        assert!(!cursor.is_partial());
    }

    #[test]
    fn a_repeated_first_stretch_does_not_void_what_follows_it() {
        let mut cursor = cursor_at(NEW, 5);
        assert_eq!(cursor.take(NEW, stretch(0, 1, None)), Verdict::Drop);
        assert_eq!(cursor.known(), Rev(5));
    }

    #[test]
    fn nonsense_is_dropped() {
        let mut cursor = cursor_at(NEW, 5);
        for (from, through, head) in [(-1, 6, None), (6, 5, None), (5, 8, Some(7))] {
            assert_eq!(
                cursor.take(NEW, stretch(from, through, head)),
                Verdict::Drop
            );
        }
        assert!(!cursor.take_reset(NEW, Rev(-4)));
        assert_eq!(cursor.known(), Rev(5));
    }

    #[test]
    fn a_late_reset_does_not_turn_back_time() {
        let mut cursor = cursor_at(NEW, 5);
        assert!(!cursor.take_reset(NEW, Rev(4)));
        assert!(cursor.take_reset(NEW, Rev(6)));
        let mut cursor = cursor_at(OLD, 5);
        assert!(cursor.take_reset(NEW, Rev(4)));
    }
}
