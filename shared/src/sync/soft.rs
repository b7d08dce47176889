//! Who is typing and who is here: true for a moment, never stored, forgotten with
//! the connection.

use crate::id::Micros;
use crate::model::Profile;

use super::pending::is_due;

/// Who is in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// How many people.
    pub count: usize,
    /// Who they are, if the server tells: in rooms that are not too full.
    pub people: Option<Vec<Profile>>,
}

#[derive(Debug, Default)]
pub(super) struct Soft {
    pub(super) presence: Option<Presence>,
    typing: Vec<Profile>,
    typing_until: Option<Micros>,
    said_typing_at: Option<Micros>,
}

impl Soft {
    pub(super) fn typing(&self) -> &[Profile] {
        &self.typing
    }

    /// Notes who is typing; whether that is news.
    pub(super) fn set_typing(&mut self, people: Vec<Profile>, until: Micros) -> bool {
        let news = self.typing != people;
        self.typing_until = (!people.is_empty()).then_some(until);
        self.typing = people;
        news
    }

    /// When the notice of typing ends by itself.
    pub(super) fn typing_until(&self) -> Option<Micros> {
        self.typing_until
    }

    /// Ends a notice that has stood for its time; whether there was one.
    pub(super) fn expire(&mut self, now: Micros) -> bool {
        let over = self.typing_until.is_some_and(|until| is_due(until, now));
        if over {
            self.typing_until = None;
            self.typing.clear();
        }
        over
    }

    /// Whether it is time to say again that this person is typing.
    pub(super) fn may_say_typing(&mut self, now: Micros, every: i64) -> bool {
        let due = self
            .said_typing_at
            .is_none_or(|said| now < said || now.0.saturating_sub(said.0) >= every);
        if due {
            self.said_typing_at = Some(now);
        }
        due
    }

    /// Forgets everything; whether there was anything to see.
    pub(super) fn clear(&mut self) -> (bool, bool) {
        let old = std::mem::take(self);
        (!old.typing.is_empty(), old.presence.is_some())
    }
}
