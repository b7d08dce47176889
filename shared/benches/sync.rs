//! The client's sync state machine: `cargo bench -p shared`.

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

use divan::{Bencher, black_box};
use shared::PROTOCOL_VERSION;
use shared::frame::{Changes, Reset, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, Room, UserKind};
use shared::sync::{Attention, Replica};

const ROOM: RoomId = RoomId::LOBBY;
const NOW: Micros = Micros(1);

fn main() {
    divan::main();
}

fn person() -> Profile {
    Profile {
        id: UserId(7),
        name: "Ada".into(),
        rev: Rev::ZERO,
        kind: UserKind::Guest,
    }
}

fn message(number: i64) -> Message {
    Message {
        seq: Seq(number),
        rev: Rev(number + 1),
        author: Author {
            id: Some(UserId(8)),
            name: "Tom".into(),
            rev: Rev::ZERO,
        },
        client_id: None,
        body: "x".repeat(200),
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

/// Messages of these places as one stretch of changes.
fn changes(numbers: std::ops::Range<i64>) -> ServerFrame {
    ServerFrame::Changes(Changes {
        room: ROOM,
        from: Rev(numbers.start),
        through: Rev(numbers.end),
        head: None,
        info: None,
        messages: numbers.map(message).collect(),
    })
}

/// A replica in an empty room.
fn replica() -> Replica {
    let mut replica = Replica::new(person());
    // What it would send is not looked at here.
    let _ = replica.follow(ROOM, Attention::Open);
    let _ = replica.connected();
    let _ = replica.receive(
        ServerFrame::Welcome(Box::new(Welcome {
            version: PROTOCOL_VERSION,
            epoch: Epoch(uuid::Uuid::nil()),
            user: person(),
            lobby: ROOM,
            now: NOW,
            limits: Limits::default(),
        })),
        NOW,
    );
    let info = Room {
        id: ROOM,
        name: "lobby".into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev: Rev(1),
        seq: Seq::ZERO,
        created_at: NOW,
        removed_at: None,
    };
    let rev = Rev(1);
    let messages = Vec::new();
    let _ = replica.receive(
        ServerFrame::Reset(Reset {
            rev,
            info,
            messages,
        }),
        NOW,
    );
    replica
}

/// Live messages, one by one, in a room that holds none and in one that holds 10,000.
#[divan::bench(args = [0, 10_000])]
fn receive_live(bencher: Bencher<'_, '_>, held: i64) {
    let mut replica = replica();
    if held > 0 {
        let _ = replica.receive(changes(1..held + 1), NOW);
    }
    let mut next = held + 1;
    bencher.bench_local(|| {
        let output = replica.receive(black_box(changes(next..next + 1)), NOW);
        next += 1;
        output
    });
}

/// A page of catching up.
#[divan::bench]
fn receive_page(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (replica(), changes(1..201)))
        .bench_local_values(|(mut replica, page)| {
            let output = replica.receive(page, NOW);
            (replica, output)
        });
}

#[divan::bench]
fn decode_page(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&changes(1..201)).unwrap();
    bencher.bench(|| serde_json::from_str::<ServerFrame>(black_box(&text)).unwrap());
}
