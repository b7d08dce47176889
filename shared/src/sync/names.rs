//! People's display names.
//!
//! Names come with messages, presence and the directory. Of two, the one with the higher
//! revision is newer. Names become *void* when the server has lost the revisions that they are
//! from: then those of who is shown are asked for again, and until the answer the name in the
//! message is shown.

use crate::frame::ClientFrame;
use crate::id::{Micros, Rev, UserId};
use crate::model::{Author, Profile};

use super::timing::is_due;
use super::vec_map::VecMap;

/// An upper bound. Further people are shown by the name on their message.
const MOST_PEOPLE: usize = 50_000;
/// The most people whose names are asked for again.
const MOST_WANTED: usize = 4_000;
/// The most people in one question.
const MOST_ASKED: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Names {
    known: VecMap<UserId, KnownName>,
    /// People who are shown and whose names are void, also those of the open question.
    wanted: VecMap<UserId, ()>,
    question: Option<PeopleQuestion>,
    /// When to repeat a refused question.
    retry_at: Option<Micros>,
}

#[derive(Debug)]
struct KnownName {
    name: String,
    rev: Rev,
}

/// A question that has no answer yet.
#[derive(Debug)]
struct PeopleQuestion {
    number: u32,
    ids: Vec<UserId>,
}

impl Names {
    /// A person's name, if known.
    pub(super) fn get(&self, id: UserId) -> Option<(&str, Rev)> {
        let known = self.known.get(&id)?;
        Some((known.name.as_str(), known.rev))
    }

    /// The name to show for an author. The name of a message is known from when it arrived on,
    /// so one that is known is as new as that of the message. Once void, the message's may be
    /// from a time that the server has lost, whatever its revision.
    pub(super) fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        let known = author.id.and_then(|id| self.known.get(&id));
        known.map_or(&author.name, |known| &known.name)
    }

    /// Notes a name. Returns the person if another name was shown before.
    pub(super) fn note(&mut self, id: UserId, name: &str, rev: Rev) -> Option<UserId> {
        let held = self.known.get(&id);
        if held.is_some_and(|held| held.rev >= rev) {
            return None;
        }
        let differs = held.is_some_and(|held| held.name != name);
        let was_void = self.wanted.remove(&id).is_some();
        let name = name.to_owned();
        let known = KnownName { name, rev };
        (self.known).insert_newer(id, known, |known| known.rev, MOST_PEOPLE);
        (differs || was_void).then_some(id)
    }

    pub(super) fn note_profile(&mut self, profile: &Profile) -> Option<UserId> {
        self.note(profile.id, &profile.name, profile.rev)
    }

    pub(super) fn note_author(&mut self, author: &Author) -> Option<UserId> {
        self.note(author.id?, &author.name, author.rev)
    }

    /// Discards all names above a revision. Returns whose.
    pub(super) fn void_above(&mut self, rev: Rev) -> Vec<UserId> {
        let mut void = Vec::new();
        for (id, known) in std::mem::take(&mut self.known) {
            if known.rev > rev {
                void.push(id);
            } else {
                self.known.insert(id, known);
            }
        }
        void
    }

    /// These people are shown. Those without a name are asked for.
    pub(super) fn want(&mut self, shown: impl Iterator<Item = UserId>) {
        for id in shown {
            if self.wanted.len() < MOST_WANTED && !self.known.contains_key(&id) {
                self.wanted.insert(id, ());
            }
        }
    }

    /// The question for people who are wanted, at most `page` of them, if none is open.
    pub(super) fn ask(&mut self, number: &mut u32, page: usize) -> Option<ClientFrame> {
        if self.question.is_some() || self.retry_at.is_some() || self.wanted.is_empty() {
            return None;
        }
        *number = number.wrapping_add(1);
        let most = page.clamp(1, MOST_ASKED);
        let ids: Vec<UserId> = self.wanted.keys().copied().take(most).collect();
        self.question = Some(PeopleQuestion {
            number: *number,
            ids: ids.clone(),
        });
        Some(ClientFrame::People {
            question: *number,
            ids,
        })
    }

    /// Whether the open question has this number.
    pub(super) fn asks(&self, number: u32) -> bool {
        (self.question.as_ref()).is_some_and(|open| open.number == number)
    }

    /// The open question was answered: people who do not exist are not asked for again.
    pub(super) fn answered(&mut self) {
        for id in self.question.take().into_iter().flat_map(|open| open.ids) {
            self.wanted.remove(&id);
        }
    }

    /// The open question was refused. Repeat it at `retry_at`; `None`: never.
    pub(super) fn refused(&mut self, retry_at: Option<Micros>) {
        if retry_at.is_none() {
            self.answered();
        }
        self.question = None;
        self.retry_at = retry_at;
    }

    /// When to repeat a refused question.
    pub(super) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
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
