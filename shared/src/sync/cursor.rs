//! How far a stream of changes is known. The directory, a person's own stream and every
//! room follow the same rule.
//!
//! A cursor is a pair of epoch and revision. It advances only over ranges that leave no
//! gap. Only an answer to a request takes it from one epoch into another. At most one
//! request is open at a time. After an answer that made no progress, no request is sent
//! until something changes: the client never requests the same range in a loop.

use crate::id::{Epoch, Micros, Rev};

/// The range of revisions that a frame covers: `(from, through]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RevRange {
    pub(crate) from: Rev,
    pub(crate) through: Rev,
    pub(crate) head: Option<Rev>,
}

/// What to do with a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Ignore it: it holds nothing new, or is invalid.
    Drop,
    /// Keep it: it starts after what is known, and can be applied once the gap is filled.
    Gap,
    /// Apply it: it continues what is known.
    Apply,
    /// Discard what was known and start again with this.
    Replace,
}

/// Epoch and revision, and the state of the request for more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursor {
    epoch: Option<Epoch>,
    known: Rev,
    /// The highest revision that any frame of this connection has named.
    highest_seen: Rev,
    /// The revision at which catching up is complete. Below it, items that changed again
    /// later are still missing: the copy is no state that the server ever had.
    catch_up_end: Rev,
    requested_from: Option<Rev>,
    no_progress: bool,
    restarted: bool,
    retry_at: Option<Micros>,
}

impl Cursor {
    /// The revision up to which everything is known.
    pub(crate) fn known(&self) -> Rev {
        self.known
    }

    /// Whether the server has confirmed the cursor in this epoch.
    pub(crate) fn is_confirmed(&self, epoch: Epoch) -> bool {
        self.epoch == Some(epoch)
    }

    /// Whether every revision that this connection has named is known.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.known >= self.highest_seen
    }

    /// Whether catching up has started and not finished. Such a cursor is valid in its own
    /// epoch only. A store that was restored from a backup to this very revision would not
    /// send items again whose later change is lost with the restore.
    pub(crate) fn is_partial(&self) -> bool {
        self.known < self.catch_up_end
    }

    /// Forgets everything: the next request is that of a first visit.
    pub(crate) fn forget(&mut self) {
        *self = Cursor::default();
    }

    /// Whether a request has no answer yet.
    pub(crate) fn is_request_pending(&self) -> bool {
        self.requested_from.is_some()
    }

    /// Whether something is missing and should be requested now.
    pub(crate) fn should_request(&self) -> bool {
        !self.is_caught_up()
            && !self.is_request_pending()
            && !self.no_progress
            && self.retry_at.is_none()
    }

    /// Starts a request; returns the pair to send.
    pub(crate) fn begin_request(&mut self) -> (Option<Epoch>, Rev) {
        self.requested_from = Some(self.known);
        self.retry_at = None;
        (self.epoch, self.known)
    }

    /// The connection is lost, or has lost its subscriptions: no answer will arrive.
    pub(crate) fn forget_connection(&mut self) {
        self.highest_seen = Rev::ZERO;
        self.requested_from = None;
        self.no_progress = false;
        self.restarted = false;
        self.retry_at = None;
    }

    /// The request was refused. Repeat it at `retry_at`; `None`: not on this connection.
    pub(crate) fn request_refused(&mut self, retry_at: Option<Micros>) {
        self.requested_from = None;
        self.retry_at = retry_at;
        self.no_progress = retry_at.is_none();
    }

    /// When to repeat a refused request.
    pub(crate) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
    }

    /// A frame has named this revision: it exists.
    pub(crate) fn note_revision(&mut self, rev: Rev) {
        self.highest_seen = self.highest_seen.max(rev);
    }

    /// Decides what to do with a range that arrived in this epoch, and advances over it.
    pub(crate) fn advance(&mut self, epoch: Epoch, range: RevRange) -> Verdict {
        let RevRange {
            from,
            through,
            head,
        } = range;
        let head_is_odd = head.is_some_and(|head| head < through);
        if from < Rev::ZERO || through < from || head_is_odd {
            return Verdict::Drop;
        }
        self.note_revision(head.unwrap_or(through));
        // Only answers carry a head. A head without an open request is no answer.
        let answered = head.and_then(|_| self.requested_from.take());
        let verdict = self.classify(epoch, from, through, answered);
        let before = self.known;
        if matches!(verdict, Verdict::Apply | Verdict::Replace) {
            if verdict == Verdict::Replace {
                self.catch_up_end = Rev::ZERO;
            }
            self.catch_up_end = self.catch_up_end.max(head.unwrap_or(through));
            self.known = through;
            self.epoch = Some(epoch);
        }
        // A restart is progress, even if it ends at the same revision.
        let moved = verdict == Verdict::Replace || self.known != before;
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
            // not be able to make a client request the same pages for ever.
            if anew
                && !self.restarted
                && answered.is_some_and(|requested_from| requested_from > Rev::ZERO)
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
        if anew {
            Verdict::Replace
        } else if answered.is_none() {
            Verdict::Gap
        } else if from <= self.known && through >= self.known {
            Verdict::Apply
        } else {
            Verdict::Drop
        }
    }

    /// An answer that advanced nothing and left a gap would be the same again: do not
    /// repeat the request.
    fn note_progress(&mut self, moved: bool, answered: bool) {
        if moved {
            self.no_progress = false;
        } else if answered && !self.is_caught_up() {
            self.no_progress = true;
        }
    }

    /// Decides whether a `reset` is accepted, and moves the cursor to its revision.
    pub(crate) fn accept_reset(&mut self, epoch: Epoch, rev: Rev) -> bool {
        let answered = self.requested_from.take().is_some();
        self.note_revision(rev);
        let before = (self.epoch, self.known);
        let counts = rev >= Rev::ZERO && (rev >= self.known || !self.is_confirmed(epoch));
        if counts {
            self.catch_up_end = rev;
            self.known = rev;
            self.epoch = Some(epoch);
        }
        self.note_progress(before != (self.epoch, self.known), answered);
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Epoch = Epoch(uuid::Uuid::from_u128(1));
    const NEW: Epoch = Epoch(uuid::Uuid::from_u128(2));

    fn range(from: i64, through: i64, head: Option<i64>) -> RevRange {
        RevRange {
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
    fn a_gap_is_requested_once() {
        let mut cursor = cursor_at(NEW, 5);
        assert_eq!(cursor.advance(NEW, range(7, 8, None)), Verdict::Gap);
        assert!(cursor.should_request());
        assert_eq!(cursor.begin_request(), (Some(NEW), Rev(5)));
        assert_eq!(cursor.advance(NEW, range(8, 9, None)), Verdict::Gap);
        assert!(!cursor.should_request());
        assert_eq!(cursor.advance(NEW, range(5, 9, Some(9))), Verdict::Apply);
        assert!(cursor.is_caught_up() && !cursor.should_request());
    }

    #[test]
    fn an_answer_without_progress_is_not_requested_again() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.begin_request();
        assert_eq!(cursor.advance(NEW, range(5, 5, Some(9))), Verdict::Drop);
        assert!(!cursor.should_request());
        assert_eq!(cursor.advance(NEW, range(5, 6, None)), Verdict::Apply);
        assert!(cursor.should_request(), "something moved");
    }

    #[test]
    fn only_an_answer_moves_the_cursor_into_another_epoch() {
        let mut cursor = cursor_at(OLD, 5);
        cursor.begin_request();
        assert_eq!(cursor.advance(NEW, range(5, 6, None)), Verdict::Gap);
        assert_eq!(cursor.begin_request(), (Some(OLD), Rev(5)));
        assert_eq!(cursor.advance(NEW, range(5, 6, Some(6))), Verdict::Apply);
        assert_eq!(cursor.begin_request(), (Some(NEW), Rev(6)));
    }

    #[test]
    fn a_restart_is_accepted_once_per_connection() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.begin_request();
        assert_eq!(cursor.advance(NEW, range(0, 3, Some(9))), Verdict::Replace);
        assert!(cursor.should_request());
        cursor.begin_request();
        assert_eq!(cursor.advance(NEW, range(0, 3, Some(9))), Verdict::Drop);
        assert!(!cursor.should_request());
    }

    #[test]
    fn a_restart_that_ends_at_the_same_revision_is_progress() {
        let mut cursor = cursor_at(OLD, 3);
        cursor.begin_request();
        assert_eq!(cursor.advance(NEW, range(0, 3, Some(9))), Verdict::Replace);
        assert!(cursor.should_request());
        let mut cursor = cursor_at(OLD, 3);
        cursor.begin_request();
        cursor.note_revision(Rev(9));
        assert!(cursor.accept_reset(NEW, Rev(3)));
        assert!(cursor.should_request());
    }

    #[test]
    fn catching_up_is_partial_until_its_last_page() {
        let mut cursor = cursor_at(NEW, 5);
        cursor.begin_request();
        cursor.advance(NEW, range(5, 7, Some(9)));
        assert!(cursor.is_partial());
        cursor.advance(NEW, range(7, 9, None));
        assert!(!cursor.is_partial());
    }

    #[test]
    fn a_repeated_first_stretch_does_not_void_what_follows_it() {
        let mut cursor = cursor_at(NEW, 5);
        assert_eq!(cursor.advance(NEW, range(0, 1, None)), Verdict::Drop);
        assert_eq!(cursor.known(), Rev(5));
    }

    #[test]
    fn nonsense_is_dropped() {
        let mut cursor = cursor_at(NEW, 5);
        for (from, through, head) in [(-1, 6, None), (6, 5, None), (5, 8, Some(7))] {
            assert_eq!(
                cursor.advance(NEW, range(from, through, head)),
                Verdict::Drop
            );
        }
        assert!(!cursor.accept_reset(NEW, Rev(-4)));
        assert_eq!(cursor.known(), Rev(5));
    }

    #[test]
    fn a_late_reset_does_not_move_the_cursor_back() {
        let mut cursor = cursor_at(NEW, 5);
        assert!(!cursor.accept_reset(NEW, Rev(4)));
        assert!(cursor.accept_reset(NEW, Rev(6)));
        let mut cursor = cursor_at(OLD, 5);
        assert!(cursor.accept_reset(NEW, Rev(4)));
    }
}
