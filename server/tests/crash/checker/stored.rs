//! Checks the store: it contains every acknowledged change once, and nothing else.

use std::collections::{HashMap, HashSet};

use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::Violation;
use super::change::{Ledger, shows};
use crate::evidence::{Change, Evidence, Stored};

/// Checks all rooms.
pub fn check(evidence: &Evidence, ledger: &Ledger<'_>, found: &mut Vec<Violation>) {
    once(evidence, found);
    posts(evidence, found);
    for (&room, stored) in &evidence.rooms {
        places(room, stored, found);
        revisions(room, stored, ledger, found);
        states(room, stored, evidence, ledger, found);
        catch_up(room, stored, found);
    }
}

/// No message is stored twice, wherever.
fn once(evidence: &Evidence, found: &mut Vec<Violation>) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let messages = evidence.rooms.values().flat_map(|room| &room.messages);
    // Lines about a room are nobody's.
    for message in messages.filter(|message| message.event.is_none()) {
        let name = match (message.author.id, message.client_id) {
            (Some(author), Some(client_id)) => format!("{author} {client_id}"),
            // Texts on the simple protocol are unique in this test.
            _ => message.body.clone(),
        };
        *seen.entry(name).or_default() += 1;
    }
    let twice = seen.into_iter().filter(|(_, count)| *count > 1);
    found.extend(twice.map(|(name, _)| Violation::StoredTwice(name)));
}

/// Each acknowledged post is where its acknowledgement says.
fn posts(evidence: &Evidence, found: &mut Vec<Violation>) {
    for sent in &evidence.sent {
        let (Change::Post { .. }, Some(place)) = (&sent.change, sent.acks.first()) else {
            continue;
        };
        let stored = evidence.rooms.get(&sent.room);
        let there = stored.and_then(|room| at(room, place.seq));
        let is_it = |message: &Message| {
            message.client_id == Some(sent.client_id) && message.author.id == Some(sent.author)
        };
        if !there.is_some_and(is_it) {
            found.push(Violation::Lost(sent.client_id));
        }
    }
}

/// The message with a sequence number.
pub fn at(room: &Stored, seq: Seq) -> Option<&Message> {
    let index = usize::try_from(seq.previous().0).ok()?;
    match room.messages.get(index) {
        Some(message) if message.seq == seq => Some(message),
        // The sequence numbers are wrong already; the message still counts.
        _ => room.messages.iter().find(|message| message.seq == seq),
    }
}

/// Sequence numbers are 1, 2, 3 … to the last, in this order.
fn places(room: RoomId, stored: &Stored, found: &mut Vec<Violation>) {
    let mut expected = Seq(1);
    for message in &stored.messages {
        if message.seq < expected {
            found.push(Violation::SeqTwice(room, message.seq));
            continue;
        }
        while expected < message.seq {
            found.push(Violation::SeqGap(room, expected));
            expected = expected.next();
        }
        expected = expected.next();
    }
    while expected <= stored.last {
        found.push(Violation::SeqGap(room, expected));
        expected = expected.next();
    }
    if expected.previous() > stored.last {
        found.push(Violation::SeqTwice(room, expected.previous()));
    }
}

/// Every revision from the first to the last is one change, and the sequence numbers of posts are
/// in the order of their revisions.
fn revisions(room: RoomId, stored: &Stored, ledger: &Ledger<'_>, found: &mut Vec<Violation>) {
    // What comes over the simple protocol is never acknowledged, and never changes.
    let unacknowledged = stored
        .messages
        .iter()
        .filter(|message| message.client_id.is_none());
    let mut revs: Vec<Rev> = ledger
        .revs(room)
        .chain(unacknowledged.map(|message| message.rev))
        .chain([stored.made])
        .chain(stored.members.iter().copied())
        .collect();
    revs.sort_unstable();
    let mut expected = Rev(1);
    for rev in revs {
        if rev < expected {
            found.push(Violation::RevTwice(room, rev));
            continue;
        }
        while expected < rev && expected <= stored.head {
            found.push(Violation::RevGap(room, expected));
            expected = expected.next();
        }
        expected = rev.next();
    }
    while expected <= stored.head {
        found.push(Violation::RevGap(room, expected));
        expected = expected.next();
    }
    let mut before = Rev::ZERO;
    for message in &stored.messages {
        let first = ledger.of(room, message.seq).first();
        let rev = first.map_or(message.rev, |(rev, _)| *rev);
        if rev <= before {
            found.push(Violation::PostDisorder(room, message.seq));
        }
        before = rev;
    }
}

/// Each message was sent by someone, and is as the last acknowledged change left it.
fn states(
    room: RoomId,
    stored: &Stored,
    evidence: &Evidence,
    ledger: &Ledger<'_>,
    found: &mut Vec<Violation>,
) {
    let said: HashSet<&str> = evidence.said.iter().map(String::as_str).collect();
    for message in &stored.messages {
        let known = if message.client_id.is_some() {
            let post = ledger.post(message);
            post.is_some_and(|sent| sent.room == room)
        } else {
            message.event.is_some() || said.contains(message.body.as_str())
        };
        if !known {
            found.push(Violation::UnknownMessage(room, message.seq));
        }
    }
    for sent in evidence.sent.iter().filter(|sent| sent.room == room) {
        let Some(place) = sent.acks.first() else {
            continue;
        };
        let is_last = ledger
            .of(room, place.seq)
            .last()
            .is_some_and(|(rev, _)| *rev == place.rev);
        if !is_last {
            continue;
        }
        let in_effect = at(stored, place.seq)
            .is_some_and(|message| message.rev == place.rev && shows(message, sent));
        if !in_effect {
            found.push(Violation::ChangeLost(sent.client_id));
        }
    }
}

/// A client that resumes from the room's beginning gets every message as it is stored, in
/// pages without a gap between them.
fn catch_up(room: RoomId, stored: &Stored, found: &mut Vec<Violation>) {
    let mut known = stored.made;
    let mut brought = Vec::new();
    for page in &stored.pages {
        if page.from != known || page.through < page.from {
            found.push(Violation::CatchUp(room, page.from));
        }
        let mut last = page.from;
        for item in &page.items {
            let rev = item.rev(page.stream);
            if rev <= last || rev > page.through {
                found.push(Violation::CatchUp(room, rev));
            }
            last = rev;
            brought.extend(item.as_message());
        }
        known = page.through;
    }
    if known != stored.head {
        found.push(Violation::CatchUp(room, known));
    }
    brought.sort_by_key(|message| message.seq);
    if !brought.iter().copied().eq(&stored.messages) {
        let differs = brought
            .iter()
            .zip(&stored.messages)
            .find(|(brought, stored)| **brought != *stored);
        let rev = differs.map_or(stored.head, |(_, stored)| stored.rev);
        found.push(Violation::CatchUp(room, rev));
    }
}
