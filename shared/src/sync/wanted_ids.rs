//! People or rooms that are asked for by their numbers, a page of them at a time.
//!
//! Numbers of both are plain here: two kinds of them would be two copies of this code in the page.

use crate::id::Micros;

use super::timing::is_due;
use super::vec_map::VecMap;

/// The most that wait to be asked for.
const MOST_WANTED: usize = 5_000;
/// The most in one question.
const MOST_ASKED: usize = 200;

#[derive(Debug, Default)]
pub(super) struct WantedIds {
    /// What is wanted, also what the open question asks for.
    wanted: VecMap<i64, ()>,
    /// The number of the question that has no answer yet, and what it asks for.
    question: Option<(u32, Vec<i64>)>,
    /// When to repeat a refused question, or to ask the next one.
    retry_at: Option<Micros>,
}

impl WantedIds {
    /// The next question asks for this, unless the open one does.
    pub(super) fn want(&mut self, id: i64) {
        if self.wanted.len() < MOST_WANTED {
            self.wanted.insert(id, ());
        }
    }

    /// The next question asks for this, also if the open one does: its answer may be from before
    /// what happened now.
    pub(super) fn want_again(&mut self, id: i64) {
        if let Some((_, asked)) = &mut self.question {
            asked.retain(|other| *other != id);
        }
        self.want(id);
    }

    /// This is not wanted any more. Returns whether it was.
    pub(super) fn remove(&mut self, id: i64) -> bool {
        self.wanted.remove(&id).is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// What to ask for under the next number, at most `page`, if no question is open.
    pub(super) fn ask(&mut self, number: &mut u32, page: usize) -> Option<Vec<i64>> {
        if self.question.is_some() || self.retry_at.is_some() || self.wanted.is_empty() {
            return None;
        }
        *number = number.wrapping_add(1);
        let most = page.clamp(1, MOST_ASKED);
        let ids: Vec<i64> = self.wanted.keys().copied().take(most).collect();
        self.question = Some((*number, ids.clone()));
        Some(ids)
    }

    /// Whether the open question has this number.
    pub(super) fn asks(&self, number: u32) -> bool {
        (self.question.as_ref()).is_some_and(|(open, _)| *open == number)
    }

    /// The open question was answered. Returns what it asked for: that is not wanted any more.
    pub(super) fn answered(&mut self) -> Vec<i64> {
        let asked = self.question.take().map(|(_, asked)| asked);
        let asked = asked.unwrap_or_default();
        for id in &asked {
            self.wanted.remove(id);
        }
        asked
    }

    /// The open question was refused. Repeat it at `retry_at`; `None`: never.
    pub(super) fn refused(&mut self, retry_at: Option<Micros>) {
        if retry_at.is_none() {
            self.answered();
        }
        self.question = None;
        self.retry_at = retry_at;
    }

    /// When to ask next, if that is not at once.
    pub(super) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
    }

    /// Delays the next question.
    pub(super) fn wait_until(&mut self, at: Micros) {
        self.retry_at = Some(at);
    }

    /// Allows a delayed question that is due.
    pub(super) fn release(&mut self, now: Micros) {
        self.retry_at = self.retry_at.filter(|at| !is_due(*at, now));
    }

    /// No answer will arrive any more.
    pub(super) fn forget_connection(&mut self) {
        self.question = None;
        self.retry_at = None;
    }
}
