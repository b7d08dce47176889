//! Checks that a reader received everything, in order, and nothing else.

use std::collections::BTreeMap;

use shared::frame::{Changes, Reset};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;
use shared::stream::Item;

use super::Violation;
use super::change::{Ledger, shows};
use super::stored::at;
use crate::evidence::{Reader, ReaderEvent, Sent, Stored};

/// Checks one reader.
pub fn check(
    reader: &Reader,
    rooms: &BTreeMap<RoomId, Stored>,
    ledger: &Ledger<'_>,
    found: &mut Vec<Violation>,
) {
    let mut check = ReaderCheck {
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
            ReaderEvent::Resubscribed => {
                for view in check.rooms.values_mut() {
                    view.live = None;
                    view.is_answered = false;
                }
            }
            ReaderEvent::AskedFromZero(room) => check.asked_from_zero(*room),
            ReaderEvent::Reset(reset) => check.reset(reset),
            ReaderEvent::Changes(changes) => check.changes(changes),
        }
    }
    check.finish(&reader.shown);
}

/// What the reader has received of a room.
struct View<'a> {
    stored: &'a Stored,
    /// The messages by the revision of their last change.
    final_revs: BTreeMap<Rev, Seq>,
    /// The ranges of revisions that were received, `(from, through]`.
    received: Vec<(Rev, Rev)>,
    /// Where the last live frame of this subscription ended.
    live: Option<Rev>,
    /// The revision up to which it received everything, and the one at which the catch-up ends.
    known: Rev,
    complete_at: Rev,
    /// Whether the room was answered on this connection.
    is_answered: bool,
    /// Whether a restart came between two pages of a catch-up, so that the reader needs a reset.
    must_reset: bool,
}

impl<'a> View<'a> {
    fn new(stored: &'a Stored) -> Self {
        let messages = stored.messages.iter();
        View {
            stored,
            final_revs: messages.map(|message| (message.rev, message.seq)).collect(),
            received: Vec::new(),
            live: None,
            known: Rev::ZERO,
            complete_at: Rev::ZERO,
            is_answered: false,
            must_reset: false,
        }
    }
}

struct ReaderCheck<'a, 'f> {
    name: &'a str,
    ledger: &'a Ledger<'a>,
    rooms: BTreeMap<RoomId, View<'a>>,
    found: &'f mut Vec<Violation>,
}

impl ReaderCheck<'_, '_> {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn phantom(&mut self, room: RoomId, what: String) {
        let name = self.name();
        self.found
            .push(Violation::SeenButNotStored(name, room, what));
    }

    /// The reader asked as at a first visit. It may do so only at first, or when a restart came
    /// between two pages.
    fn asked_from_zero(&mut self, room: RoomId) {
        let name = self.name();
        if let Some(view) = self.rooms.get_mut(&room)
            && view.known > Rev::ZERO
        {
            view.must_reset = view.known < view.complete_at;
            if !view.must_reset {
                self.found.push(Violation::UnneededReset(name, room));
            }
        }
    }

    fn reset(&mut self, reset: &Reset) {
        let Some(room) = reset.stream.room() else {
            return;
        };
        let Some(view) = self.rooms.get_mut(&room) else {
            return self.phantom(room, "the room".into());
        };
        // A reader that was subscribed from the beginning and resumes needs no reset.
        let again = !view.received.is_empty() && !view.must_reset;
        view.received.push((Rev::ZERO, reset.rev));
        (view.known, view.complete_at) = (reset.rev, reset.rev);
        view.is_answered = true;
        if again {
            let name = self.name();
            self.found.push(Violation::UnneededReset(name, room));
        }
        for message in reset.items.iter().filter_map(Item::as_message) {
            self.message(room, message);
        }
    }

    fn changes(&mut self, changes: &Changes) {
        let Some(room) = changes.stream.room() else {
            return;
        };
        let name = self.name();
        let Some(view) = self.rooms.get_mut(&room) else {
            return self.phantom(room, "the room".into());
        };
        view.received.push((changes.from, changes.through));
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
                let hole = Violation::LiveGap(name.clone(), room, before, changes.from);
                self.found.push(hole);
            }
        }
        let mut last = changes.from;
        for item in &changes.items {
            let rev = item.rev(changes.stream);
            if rev <= last || rev > changes.through {
                let disorder = Violation::ReaderDisorder(name.clone(), room, rev);
                self.found.push(disorder);
            }
            last = rev;
        }
        let messages = changes.items.iter().filter_map(Item::as_message);
        // A message whose last change lies in this range must be in the frame.
        if changes.from < changes.through {
            let within = view.final_revs.range(changes.from.next()..=changes.through);
            for (&rev, &seq) in within {
                let received = |message: &Message| message.rev == rev && message.seq == seq;
                if !messages.clone().any(received) {
                    self.found.push(Violation::Missed(name.clone(), room, rev));
                }
            }
        }
        for message in messages {
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
            // From the beginning to the head, without a gap.
            view.received.sort_unstable();
            let mut known = Rev::ZERO;
            for &(from, through) in &view.received {
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
            let end = view.received.iter().map(|(_, through)| *through).max();
            if end.is_some_and(|end| end > view.stored.head) {
                let what = format!("revisions above {}", view.stored.head);
                self.found
                    .push(Violation::SeenButNotStored(name(), room, what));
            }
            let shown = shown.get(&room).map_or(&[][..], Vec::as_slice);
            let stored = &view.stored.messages;
            // After a reset the replica has the newest messages, without a gap between them.
            let start = match shown.first() {
                Some(first) if view.must_reset => {
                    stored.partition_point(|message| message.seq < first.seq)
                }
                _ => 0,
            };
            if let Some(seq) = difference(shown, &stored[start..]) {
                self.found
                    .push(Violation::ReplicaDiffers(name(), room, seq));
            }
        }
    }
}

/// The first position at which two lists of messages differ.
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
