//! A minimal strict replica of a room, to check what the server sends.
//!
//! It applies changes and fails the test on a gap, a step back, or a message with a wrong sequence
//! number. It asks for nothing by itself.

use std::collections::{BTreeMap, HashSet};

use shared::frame::{Changes, Reset};
use shared::id::{Epoch, Rev, RoomId, Seq, UserId};
use shared::model::{Member, Message, Room};
use shared::stream::{Item, StreamKey};

use super::native::Native;
use super::questions::Answer;

/// What a client knows of one room.
#[derive(Clone, Debug)]
pub struct Mirror {
    /// The room.
    pub room: RoomId,
    /// The epoch in which `rev` was seen.
    pub epoch: Epoch,
    /// The last revision seen.
    pub rev: Rev,
    /// The room's own state.
    pub state: Room,
    /// The messages by their sequence number.
    pub messages: BTreeMap<Seq, Message>,
    /// Who is, or was, a member of a private room.
    pub members: BTreeMap<UserId, Member>,
}

impl Mirror {
    /// Begins with a reset.
    pub fn new(epoch: Epoch, reset: Reset) -> Self {
        let mut items = reset.items.into_iter();
        let Some(Item::Room(state)) = items.next() else {
            panic!("a reset begins with the room");
        };
        let (mut members, mut messages) = (BTreeMap::new(), Vec::new());
        for item in items {
            match item {
                Item::Member(member) => {
                    members.insert(member.person.id, member);
                }
                Item::Message(message) => messages.push(message),
                other => panic!("not in a reset: {other:?}"),
            }
        }
        assert!(messages.is_sorted_by_key(|message: &Message| message.seq));
        assert!(messages.iter().all(|message| message.rev <= reset.rev));
        if let Some(last) = messages.last() {
            assert_eq!(last.seq, state.seq, "a reset ends with the last message");
        }
        assert_eq!(reset.stream, StreamKey::Room(state.id));
        Mirror {
            room: state.id,
            epoch,
            rev: reset.rev,
            state,
            messages: messages
                .into_iter()
                .map(|message| (message.seq, message))
                .collect(),
            members,
        }
    }

    /// Subscribes a connection to a room.
    pub async fn subscribe(native: &mut Native, room: RoomId) -> Self {
        let reset = native.subscribe(room).await;
        Mirror::new(native.epoch(), reset)
    }

    /// Applies the next changes. Nothing may be missing before them, or be out of order.
    pub fn apply(&mut self, changes: Changes) {
        let stream = StreamKey::Room(self.room);
        assert_eq!(changes.stream, stream);
        if changes.through <= self.rev {
            return;
        }
        assert!(
            changes.from <= self.rev,
            "a gap: {} is known, this begins after {}",
            self.rev,
            changes.from
        );
        let mut last = changes.from;
        let mut keys = HashSet::new();
        for item in changes.items {
            let rev = item.rev(stream);
            assert!(rev > last, "{rev} after {last}");
            assert!(rev <= changes.through);
            assert!(keys.insert(item.key()), "twice in one frame: {item:?}");
            last = rev;
            if rev > self.rev {
                self.put(item);
            }
        }
        self.rev = changes.through;
    }

    fn put(&mut self, item: Item) {
        match item {
            Item::Message(message) => {
                let rev = message.rev;
                let known = self.messages.insert(message.seq, message);
                assert!(known.is_none_or(|known| known.rev < rev));
            }
            Item::Room(room) => self.state = room,
            Item::Member(member) => {
                self.members.insert(member.person.id, member);
            }
            other => panic!("not in a room's stream: {other:?}"),
        }
    }

    /// Applies live changes until this revision is known.
    pub async fn read_to(&mut self, native: &mut Native, rev: Rev) {
        while self.rev < rev {
            let changes = native.changes(self.room).await;
            self.apply(changes);
        }
    }

    /// Catches up over a connection, page by page. Returns the number of pages.
    pub async fn catch_up(&mut self, native: &mut Native) -> usize {
        for pages in 1.. {
            match native.resume(self.room, self.epoch, self.rev).await {
                Answer::Changes(changes) => {
                    let head = changes.head.unwrap();
                    assert_eq!(changes.from, self.rev);
                    self.apply(changes);
                    self.epoch = native.epoch();
                    if self.rev >= head {
                        return pages;
                    }
                }
                Answer::Reset(reset) => panic!("a reset instead of changes: {reset:?}"),
            }
        }
        unreachable!("there is an end to every room");
    }

    /// The texts in order, deleted ones as empty. Lines about the room have none.
    pub fn bodies(&self) -> Vec<&str> {
        let messages = self.messages.values();
        let written = messages.filter(|message| message.event.is_none());
        written.map(|message| message.body.as_str()).collect()
    }

    /// Checks that the sequence numbers have no gap, from the first to the last.
    pub fn assert_whole(&self) {
        let places: Vec<i64> = self.messages.keys().map(|seq| seq.0).collect();
        let first = places.first().copied().unwrap_or(1);
        let last = places.last().copied().unwrap_or(0);
        assert_eq!(places, (first..=last).collect::<Vec<_>>());
    }
}
