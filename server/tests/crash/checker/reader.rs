//! What one reader saw: everything, in order, and nothing that is not there.

use std::collections::BTreeMap;

use shared::frame::{Changes, Reset};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::Violation;
use super::change::{Ledger, shows};
use super::stored::at;
use crate::evidence::{Reader, Seen, Sent, Stored};

/// Checks one reader.
pub fn check(
    reader: &Reader,
    rooms: &BTreeMap<RoomId, Stored>,
    ledger: &Ledger<'_>,
    found: &mut Vec<Violation>,
) {
    let mut judge = Judge {
        name: &reader.name,
        ledger,
        rooms: rooms
            .iter()
            .map(|(&room, stored)| (room, View::new(stored)))
            .collect(),
        found,
    };
    for seen in &reader.seen {
        match seen {
            Seen::Begun => {
                for view in judge.rooms.values_mut() {
                    view.live = None;
                    view.is_answered = false;
                }
            }
            Seen::Anew(room) => judge.anew(*room),
            Seen::Reset(reset) => judge.reset(reset),
            Seen::Changes(changes) => judge.changes(changes),
        }
    }
    judge.finish(&reader.shown);
}

/// What the reader has been brought of a room.
struct View<'a> {
    stored: &'a Stored,
    /// The messages by the revision of their last change.
    final_revs: BTreeMap<Rev, Seq>,
    /// The stretches that were told, `(from, through]`.
    told: Vec<(Rev, Rev)>,
    /// Where the last live frame of this subscription ended.
    live: Option<Rev>,
    /// Up to where it was brought without a hole, and where that catching up ends.
    known: Rev,
    complete_at: Rev,
    /// Whether this connection has had an answer.
    is_answered: bool,
    /// Whether a restart came between two pages of catching up, so that the reader had to
    /// begin anew.
    begins_anew: bool,
}

impl<'a> View<'a> {
    fn new(stored: &'a Stored) -> Self {
        let messages = stored.messages.iter();
        View {
            stored,
            final_revs: messages.map(|message| (message.rev, message.seq)).collect(),
            told: Vec::new(),
            live: None,
            known: Rev::ZERO,
            complete_at: Rev::ZERO,
            is_answered: false,
            begins_anew: false,
        }
    }
}

struct Judge<'a, 'f> {
    name: &'a str,
    ledger: &'a Ledger<'a>,
    rooms: BTreeMap<RoomId, View<'a>>,
    found: &'f mut Vec<Violation>,
}

impl Judge<'_, '_> {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn phantom(&mut self, room: RoomId, what: String) {
        let name = self.name();
        self.found.push(Violation::Phantom(name, room, what));
    }

    /// The reader asked as at a first visit: later only when a restart came between two pages.
    fn anew(&mut self, room: RoomId) {
        let name = self.name();
        if let Some(view) = self.rooms.get_mut(&room)
            && view.known > Rev::ZERO
        {
            view.begins_anew = view.known < view.complete_at;
            if !view.begins_anew {
                self.found.push(Violation::Forgotten(name, room));
            }
        }
    }

    fn reset(&mut self, reset: &Reset) {
        let room = reset.info.id;
        let Some(view) = self.rooms.get_mut(&room) else {
            return self.phantom(room, "the room".into());
        };
        // Whoever was there at the beginning and takes up where they were needs none.
        let again = !view.told.is_empty() && !view.begins_anew;
        view.told.push((Rev::ZERO, reset.rev));
        (view.known, view.complete_at) = (reset.rev, reset.rev);
        view.is_answered = true;
        if again {
            let name = self.name();
            self.found.push(Violation::Forgotten(name, room));
        }
        for message in &reset.messages {
            self.message(room, message);
        }
    }

    fn changes(&mut self, changes: &Changes) {
        let room = changes.room;
        let name = self.name();
        let Some(view) = self.rooms.get_mut(&room) else {
            return self.phantom(room, "the room".into());
        };
        view.told.push((changes.from, changes.through));
        if changes.head.is_some() {
            // An answer begins where the question did: at what the reader knows. What came
            // live before it is held back by the reader, and may be known only then.
            view.known = view.known.max(changes.from);
            view.is_answered = true;
        }
        if view.is_answered && changes.from <= view.known {
            view.known = view.known.max(changes.through);
            let end = changes.head.unwrap_or(changes.through);
            view.complete_at = view.complete_at.max(end);
        }
        if changes.head.is_none() {
            let before = view.live.replace(changes.through);
            if let Some(before) = before
                && before != changes.from
            {
                let hole = Violation::LiveHole(name.clone(), room, before, changes.from);
                self.found.push(hole);
            }
        }
        let mut last = changes.from;
        for message in &changes.messages {
            if message.rev <= last || message.rev > changes.through {
                let disorder = Violation::SeenDisorder(name.clone(), room, message.rev);
                self.found.push(disorder);
            }
            last = message.rev;
        }
        // What was last changed within the stretch cannot be left out of it.
        if changes.from < changes.through {
            let within = view.final_revs.range(changes.from.next()..=changes.through);
            for (&rev, &seq) in within {
                let told = |message: &Message| message.rev == rev && message.seq == seq;
                if !changes.messages.iter().any(told) {
                    self.found.push(Violation::Missed(name.clone(), room, rev));
                }
            }
        }
        for message in &changes.messages {
            self.message(room, message);
        }
    }

    /// Whatever state of a message is seen must be its last one, or one that an
    /// acknowledged change gave it before.
    fn message(&mut self, room: RoomId, seen: &Message) {
        let stored = at(self.rooms[&room].stored, seen.seq);
        let is_there = stored.is_some_and(|stored| {
            let same = stored.client_id == seen.client_id && stored.author.id == seen.author.id;
            let as_seen = if stored.rev == seen.rev {
                stored.body == seen.body && stored.deleted_at == seen.deleted_at
            } else {
                let earlier = self.ledger.at(room, seen.rev);
                let shows = |sent: &Sent| {
                    sent.acks.iter().any(|ack| ack.seq == seen.seq) && shows(seen, sent)
                };
                stored.rev > seen.rev && earlier.is_some_and(shows)
            };
            same && as_seen
        });
        if !is_there {
            let what = format!("seq {} at rev {}: {:?}", seen.seq, seen.rev, seen.body);
            self.phantom(room, what);
        }
    }

    fn finish(mut self, shown: &BTreeMap<RoomId, Vec<Message>>) {
        for (&room, view) in &mut self.rooms {
            // From the beginning to the head, without a hole.
            view.told.sort_unstable();
            let mut known = Rev::ZERO;
            for &(from, through) in &view.told {
                if from > known {
                    break;
                }
                known = known.max(through);
            }
            let name = || self.name.to_owned();
            if known < view.stored.head {
                self.found
                    .push(Violation::Missed(name(), room, known.next()));
            }
            let end = view.told.iter().map(|(_, through)| *through).max();
            if end.is_some_and(|end| end > view.stored.head) {
                let what = format!("revisions above {}", view.stored.head);
                self.found.push(Violation::Phantom(name(), room, what));
            }
            let shown = shown.get(&room).map_or(&[][..], Vec::as_slice);
            let stored = &view.stored.messages;
            // Who began anew is shown the newest ones, and no hole after the first of them.
            let start = match shown.first() {
                Some(first) if view.begins_anew => {
                    stored.partition_point(|message| message.seq < first.seq)
                }
                _ => 0,
            };
            if let Some(seq) = difference(shown, &stored[start..]) {
                self.found
                    .push(Violation::ShownOtherwise(name(), room, seq));
            }
        }
    }
}

/// The first place at which two runs of messages differ.
fn difference(shown: &[Message], stored: &[Message]) -> Option<Seq> {
    let differs = shown
        .iter()
        .zip(stored)
        .find(|(shown, stored)| shown != stored);
    match differs {
        Some((_, stored)) => Some(stored.seq),
        None if shown.len() == stored.len() => None,
        None => {
            let common = i64::try_from(shown.len().min(stored.len())).unwrap_or(i64::MAX);
            Some(Seq(common).next())
        }
    }
}
