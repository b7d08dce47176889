//! Typing and presence: never stored, and forgotten with the connection.

use crate::id::Micros;
use crate::model::Profile;

use super::timing::is_due;

/// Who is in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPresence {
    /// How many people.
    pub count: usize,
    /// Who they are. The server sends no list for rooms with many people.
    pub people: Option<Vec<Profile>>,
}

#[derive(Debug, Default)]
pub(super) struct Ephemeral {
    pub(super) presence: Option<RoomPresence>,
    typing: Vec<Profile>,
    typing_until: Option<Micros>,
    typing_sent_at: Option<Micros>,
}

impl Ephemeral {
    pub(super) fn typing(&self) -> &[Profile] {
        &self.typing
    }

    /// Sets who is typing. Returns whether that changed.
    pub(super) fn set_typing(&mut self, people: Vec<Profile>, until: Micros) -> bool {
        let news = self.typing != people;
        self.typing_until = (!people.is_empty()).then_some(until);
        self.typing = people;
        news
    }

    /// When the typing notice expires.
    pub(super) fn typing_until(&self) -> Option<Micros> {
        self.typing_until
    }

    /// Removes an expired typing notice. Returns whether there was one.
    pub(super) fn expire(&mut self, now: Micros) -> bool {
        let over = self.typing_until.is_some_and(|until| is_due(until, now));
        if over {
            self.typing_until = None;
            self.typing.clear();
        }
        over
    }

    /// Whether to send again that this person is typing.
    pub(super) fn should_send_typing(&mut self, now: Micros, every: i64) -> bool {
        let due = self
            .typing_sent_at
            .is_none_or(|said| now < said || now.0.saturating_sub(said.0) >= every);
        if due {
            self.typing_sent_at = Some(now);
        }
        due
    }

    /// Forgets everything. Returns whether typing and presence were shown.
    pub(super) fn clear(&mut self) -> (bool, bool) {
        let old = std::mem::take(self);
        (!old.typing.is_empty(), old.presence.is_some())
    }
}
