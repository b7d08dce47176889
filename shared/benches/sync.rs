//! Benchmarks of the sync state machine: `cargo bench -p shared`.

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

#[path = "../tests/support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, welcome};
use divan::{Bencher, black_box};
use shared::frame::ServerFrame;
use shared::id::Epoch;
use shared::sync::{Replica, SubscriptionLevel};

fn main() {
    divan::main();
}

/// A replica in an empty room.
fn replica() -> Replica {
    let mut replica = Replica::new(person());
    // The frames that it would send are not used here.
    let _ = replica.subscribe(ROOM, SubscriptionLevel::Open);
    let _ = replica.connected();
    let _ = replica.receive(welcome(Epoch::new([1; 16])), NOW);
    let _ = replica.receive(empty_room(), NOW);
    replica
}

/// Live messages, one by one, in a room that holds none and in one that holds 10,000.
#[divan::bench(args = [0, 10_000])]
fn receive_live(bencher: Bencher<'_, '_>, held: i64) {
    let mut replica = replica();
    if held > 0 {
        let _ = replica.receive(changes(1..=held, None), NOW);
    }
    let mut next = held + 1;
    bencher.bench_local(|| {
        let output = replica.receive(black_box(changes(next..=next, None)), NOW);
        next += 1;
        output
    });
}

/// A page of catching up.
#[divan::bench]
fn receive_page(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (replica(), changes(1..=200, None)))
        .bench_local_values(|(mut replica, page)| {
            let output = replica.receive(page, NOW);
            (replica, output)
        });
}

#[divan::bench]
fn decode_page(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&changes(1..=200, None)).unwrap();
    bencher.bench(|| serde_json::from_str::<ServerFrame>(black_box(&text)).unwrap());
}
