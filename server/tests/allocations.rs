//! How often memory is asked for on the way of one message: a figure without noise, by
//! which a later change can be judged.
//!
//! A file of its own: the counter stands in for the allocator of the whole program.

#![allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use server::bus::Deliver;
use server::chat::presence::Presence;
use server::gateway::hub::{Follow, Hub, Topic};
use server::gateway::outbox::Outbox;
use server::store::{Batch, Origin, Posted, RoomBatch};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message};

/// Asked for by a delivery on the native protocol, whoever follows: the list of messages
/// and the texts of the one in it, its frame, and the count of those who hold the frame.
const NATIVE: u64 = 6;
/// On the simple protocol: the places of the messages, their frames, and the count.
const SIMPLE: u64 = 4;

fn batch(number: i64) -> Batch {
    let message = Message {
        seq: Seq(number),
        rev: Rev(number),
        author: Author {
            id: Some(UserId(1)),
            name: "Ada".into(),
            rev: Rev(1),
        },
        client_id: Some(ClientId::new(0, &[0; 10])),
        body: "x".repeat(200),
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    let room = RoomBatch {
        room: RoomId::LOBBY,
        from: Rev(number - 1),
        through: Rev(number),
        info: None,
        messages: vec![Posted {
            message,
            origin: None,
            is_new: true,
        }],
    };
    Batch {
        rooms: vec![room],
        ..Batch::default()
    }
}

struct Room {
    hub: Arc<Hub>,
    outboxes: Vec<Arc<Outbox>>,
    written: VecDeque<bytes::Bytes>,
    _follows: Vec<Follow>,
}

impl Room {
    fn new(topic: Topic, members: u64) -> Self {
        let hub = Arc::new(Hub::new(Presence::new(200, Duration::from_secs(5))));
        let outboxes: Vec<_> = (0..members)
            .map(|_| Arc::new(Outbox::new(1_000_000)))
            .collect();
        let follows = (0..)
            .zip(&outboxes)
            .map(|(origin, outbox)| hub.follow(topic, outbox, Origin(origin)))
            .collect();
        Room {
            hub,
            outboxes,
            written: VecDeque::new(),
            _follows: follows,
        }
    }

    /// Delivers one message and takes it out of every outbox, as the writing sides do.
    fn deliver(&mut self, number: i64) -> u64 {
        let batch = batch(number);
        let hub = &self.hub;
        let counted = measure(|| {
            hub.deliver(&batch);
            for outbox in &self.outboxes {
                outbox.take(&mut self.written, 64);
                self.written.clear();
            }
        });
        counted.count_total
    }
}

fn allocations(topic: Topic, members: u64) -> u64 {
    let mut room = Room::new(topic, members);
    // Queues get their first memory.
    room.deliver(1);
    room.deliver(2)
}

#[test]
fn a_delivery_asks_for_memory_once_for_all_and_not_for_each() {
    for (topic, most) in [
        (Topic::Room(RoomId::LOBBY), NATIVE),
        (Topic::Simple, SIMPLE),
    ] {
        let few = allocations(topic, 10);
        let many = allocations(topic, 1_000);
        assert_eq!(few, many, "{topic:?}: as many for 1,000 members as for 10");
        assert!(many <= most, "{topic:?}: {many}");
    }
}
