//! Lines about the room, among the messages. Pure.
//!
//! Lines about who comes and goes that follow each other fold into one.

use shared::id::{Seq, UserId};
use shared::model::{EventKind, Message};
use shared::sync::Replica;

/// A line, or several that are folded into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happened, in order.
    pub events: Vec<LineEvent>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEvent {
    /// The line's number in the room.
    pub seq: Seq,
    /// What it was.
    pub kind: EventKind,
    /// Who did it.
    pub by: LinePerson,
    /// Whom it happened to, if that is somebody else.
    pub people: Vec<LinePerson>,
    /// The new name or topic, if there is one.
    pub text: String,
}

/// Somebody in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePerson {
    /// The person; absent for the operator.
    pub id: Option<UserId>,
    /// The name, as far as it is known.
    pub name: String,
    /// Whether it is the reader.
    pub is_me: bool,
}

impl LineEvent {
    /// What a message tells, if it is a line that this version can show.
    pub(super) fn of_message(replica: &Replica, message: &Message) -> Option<Self> {
        let event = message.event.as_deref()?;
        let me = replica.user().map(|me| me.id);
        let person = |id: Option<UserId>, name: &str| LinePerson {
            id,
            name: name.to_owned(),
            is_me: id.is_some() && id == me,
        };
        let people = event.people.iter().map(|id| {
            // Until it arrives.
            let name = replica.name(*id).unwrap_or("…");
            person(Some(*id), name)
        });
        (event.kind != EventKind::Unknown).then(|| LineEvent {
            seq: message.seq,
            kind: event.kind,
            by: person(message.author.id, replica.display_name(&message.author)),
            people: people.collect(),
            text: event.text.clone(),
        })
    }

    /// Whether it is about who comes and goes, and folds with others.
    pub(super) fn folds(&self) -> bool {
        match self.kind {
            EventKind::Joined | EventKind::Left | EventKind::Added | EventKind::Removed => true,
            EventKind::Promoted
            | EventKind::Demoted
            | EventKind::Renamed
            | EventKind::TopicChanged
            | EventKind::PostingLimited
            | EventKind::PostingOpened
            | EventKind::Archived
            | EventKind::Restored
            | EventKind::Unknown => false,
        }
    }

    /// Whom it is about: who came, went, was added or removed.
    pub fn subjects(&self) -> &[LinePerson] {
        if self.people.is_empty() {
            std::slice::from_ref(&self.by)
        } else {
            &self.people
        }
    }
}

impl Line {
    /// Whether a further event folds into it.
    pub(super) fn takes(&self, event: &LineEvent) -> bool {
        event.folds() && self.events.last().is_some_and(LineEvent::folds)
    }
}
