//! The acknowledged changes, by the revision that each one got.

use std::collections::HashMap;

use shared::id::{ClientId, Rev, RoomId, Seq, UserId};
use shared::model::Message;

use super::Violation;
use crate::evidence::{AckPosition, Change, Sent};

/// The acknowledged commands.
pub struct Ledger<'a> {
    by_rev: HashMap<(RoomId, Rev), &'a Sent>,
    by_message: HashMap<(RoomId, Seq), Vec<(Rev, &'a Sent)>>,
    posts: HashMap<(UserId, ClientId), &'a Sent>,
}

impl<'a> Ledger<'a> {
    /// Sorts the commands, and reports those without the one reply that a command must get.
    pub fn new(sent: &'a [Sent], found: &mut Vec<Violation>) -> Self {
        let mut ledger = Ledger {
            by_rev: HashMap::new(),
            by_message: HashMap::new(),
            posts: HashMap::new(),
        };
        for sent in sent {
            if matches!(sent.change, Change::Post { .. }) {
                ledger.posts.insert((sent.author, sent.client_id), sent);
            }
            let Some(place) = answer(sent, found) else {
                continue;
            };
            let room = sent.room;
            if ledger.by_rev.insert((room, place.rev), sent).is_some() {
                found.push(Violation::RevTwice(room, place.rev));
            }
            let changes = ledger.by_message.entry((room, place.seq)).or_default();
            changes.push((place.rev, sent));
        }
        for changes in ledger.by_message.values_mut() {
            changes.sort_by_key(|(rev, _)| *rev);
        }
        ledger
    }

    /// The change that got a revision.
    pub fn at(&self, room: RoomId, rev: Rev) -> Option<&'a Sent> {
        self.by_rev.get(&(room, rev)).copied()
    }

    /// The changes of a message, ascending.
    pub fn of(&self, room: RoomId, seq: Seq) -> &[(Rev, &'a Sent)] {
        self.by_message.get(&(room, seq)).map_or(&[], Vec::as_slice)
    }

    /// The command that posted a message, acknowledged or not.
    pub fn post(&self, message: &Message) -> Option<&'a Sent> {
        let author = message.author.id?;
        self.posts.get(&(author, message.client_id?)).copied()
    }

    /// The revisions of a room that were acknowledged.
    pub fn revs(&self, room: RoomId) -> impl Iterator<Item = Rev> {
        let all = self.by_rev.keys();
        all.filter(move |(known, _)| *known == room)
            .map(|(_, rev)| *rev)
    }
}

/// The one reply that a command must get.
fn answer(sent: &Sent, found: &mut Vec<Violation>) -> Option<AckPosition> {
    let id = sent.client_id;
    match (sent.acks.first(), sent.refused) {
        (None, None) => found.push(Violation::NoReply(id)),
        (_, Some(code)) => found.push(Violation::Refused(id, code)),
        (Some(first), None) if sent.acks.iter().any(|ack| ack != first) => {
            found.push(Violation::ReplyChanged(id));
        }
        (Some(_), None) => {}
    }
    sent.acks.first().copied()
}

/// Whether a message looks as this change leaves it.
pub fn shows(message: &Message, sent: &Sent) -> bool {
    match &sent.change {
        Change::Post { body } => message.body == *body && message.edited_at.is_none(),
        Change::Edit { seq, body } => message.seq == *seq && message.body == *body,
        Change::Delete { seq } => {
            message.seq == *seq && message.is_deleted() && message.body.is_empty()
        }
    }
}
