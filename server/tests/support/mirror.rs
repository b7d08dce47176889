//! A minimal strict replica of a room, to check what the server sends.
//!
//! It applies changes and fails the test on a gap, a step back, or a message with a wrong sequence
//! number. It asks for nothing by itself.

use std::collections::BTreeMap;

use shared::frame::{Changes, Reset};
use shared::id::{Epoch, Rev, RoomId, Seq};
use shared::model::{Message, Room};

use super::native::{Answer, Native};

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
    pub info: Room,
    /// The messages by their sequence number.
    pub messages: BTreeMap<Seq, Message>,
}

impl Mirror {
    /// Begins with a reset.
    pub fn new(epoch: Epoch, reset: Reset) -> Self {
        let messages = reset.messages.into_iter();
        Mirror {
            room: reset.info.id,
            epoch,
            rev: reset.rev,
            info: reset.info,
            messages: messages.map(|message| (message.seq, message)).collect(),
        }
    }

    /// Subscribes a connection to a room.
    pub async fn subscribe(native: &mut Native, room: RoomId) -> Self {
        let reset = native.subscribe(room).await;
        Mirror::new(native.epoch(), reset)
    }

    /// Applies the next changes. Nothing may be missing before them, or be out of order.
    pub fn apply(&mut self, changes: Changes) {
        assert_eq!(changes.room, self.room);
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
        for message in changes.messages {
            assert!(message.rev > last, "{} after {last}", message.rev);
            assert!(message.rev <= changes.through);
            last = message.rev;
            if message.rev > self.rev {
                let known = self.messages.insert(message.seq, message);
                assert!(known.is_none_or(|known| known.rev < last));
            }
        }
        if let Some(info) = changes.info
            && info.rev > self.info.rev
        {
            self.info = info;
        }
        self.rev = changes.through;
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

    /// The texts in order, deleted ones as empty.
    pub fn bodies(&self) -> Vec<&str> {
        let messages = self.messages.values();
        messages.map(|message| message.body.as_str()).collect()
    }

    /// Checks that the sequence numbers have no gap, from the first to the last.
    pub fn assert_whole(&self) {
        let places: Vec<i64> = self.messages.keys().map(|seq| seq.0).collect();
        let first = places.first().copied().unwrap_or(1);
        let last = places.last().copied().unwrap_or(0);
        assert_eq!(places, (first..=last).collect::<Vec<_>>());
    }
}
