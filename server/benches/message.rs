//! The way of one message through the server, without sockets and disk.
//! `cargo bench -p server`

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use divan::{Bencher, black_box};
use server::bus::Deliver;
use server::chat::presence::Presence;
use server::gateway::hub::{Follow, Hub, Topic};
use server::gateway::outbox::Outbox;
use server::store::{Batch, Origin, Posted, RoomBatch};
use shared::frame::ClientFrame;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message};
use shared::simple::SimplePost;

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn words() -> String {
    "x".repeat(200)
}

#[divan::bench]
fn decode_native(bencher: Bencher<'_, '_>) {
    let frame = ClientFrame::Send {
        client_id: ClientId::new(1, &[7; 10]),
        room: RoomId::LOBBY,
        body: words(),
    };
    let text = serde_json::to_string(&frame).unwrap();
    bencher.bench(|| serde_json::from_str::<ClientFrame>(black_box(&text)).unwrap());
}

#[divan::bench]
fn decode_simple(bencher: Bencher<'_, '_>) {
    let text = format!(r#"{{"user":"John","content":"{}"}}"#, words());
    bencher.bench(|| serde_json::from_str::<SimplePost<'_>>(black_box(&text)).map(drop));
}

#[divan::bench]
fn check_text(bencher: Bencher<'_, '_>) {
    let limits = Limits::default();
    bencher
        .with_inputs(words)
        .bench_values(|text| shared::text::body(text, &limits).unwrap());
}

/// Followers of one topic, whose outboxes are emptied as by their writing sides.
struct Room {
    hub: Arc<Hub>,
    outboxes: Vec<Arc<Outbox>>,
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
            _follows: follows,
        }
    }
}

fn batch(messages: i64) -> Batch {
    let messages: Vec<_> = (1..=messages)
        .map(|number| Posted {
            message: Message {
                seq: Seq(number),
                rev: Rev(number),
                author: Author {
                    id: Some(UserId(1)),
                    name: "Ada".into(),
                    rev: Rev(1),
                },
                client_id: Some(ClientId::new(0, &[0; 10])),
                body: words(),
                posted_at: Micros(1),
                edited_at: None,
                deleted_at: None,
            },
            origin: None,
            is_new: true,
        })
        .collect();
    let room = RoomBatch {
        room: RoomId::LOBBY,
        from: Rev(0),
        through: messages.last().unwrap().message.rev,
        info: None,
        messages,
    };
    Batch {
        rooms: vec![room],
        ..Batch::default()
    }
}

fn deliver(bencher: Bencher<'_, '_>, topic: Topic, members: u64, messages: i64) {
    let room = Room::new(topic, members);
    let batch = batch(messages);
    let mut written = VecDeque::new();
    bencher.bench_local(|| {
        room.hub.deliver(black_box(&batch));
        for outbox in &room.outboxes {
            outbox.take(&mut written, 64);
            outbox.written(written.iter().map(bytes::Bytes::len).sum());
            written.clear();
        }
    });
}

/// One message, to so many members.
#[divan::bench(args = [1, 100, 1_000])]
fn deliver_native(bencher: Bencher<'_, '_>, members: u64) {
    deliver(bencher, Topic::Room(RoomId::LOBBY), members, 1);
}

/// The same over the simple protocol.
#[divan::bench(args = [1, 100, 1_000])]
fn deliver_simple(bencher: Bencher<'_, '_>, members: u64) {
    deliver(bencher, Topic::Simple, members, 1);
}

/// A commit of 200 messages, to 32 members.
#[divan::bench]
fn deliver_burst_native(bencher: Bencher<'_, '_>) {
    deliver(bencher, Topic::Room(RoomId::LOBBY), 32, 200);
}

/// The same over the simple protocol.
#[divan::bench]
fn deliver_burst_simple(bencher: Bencher<'_, '_>) {
    deliver(bencher, Topic::Simple, 32, 200);
}
