//! Benchmarks of the sync state machine: `cargo bench -p shared`.

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, changes, replica};
use divan::{Bencher, black_box};
use shared::frame::ServerFrame;

fn main() {
    divan::main();
}

/// Live messages, one by one, in a room that holds none and in one that holds 10,000.
#[divan::bench(args = [0, 10_000])]
fn receive_live(bencher: Bencher<'_, '_>, held: i64) {
    let mut replica = replica();
    if held > 0 {
        let _ = replica.receive(changes(1..=held), NOW);
    }
    let mut next = held + 1;
    bencher.bench_local(|| {
        let output = replica.receive(black_box(changes(next..=next)), NOW);
        next += 1;
        output
    });
}

/// A page of catching up.
#[divan::bench]
fn receive_page(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (replica(), changes(1..=200)))
        .bench_local_values(|(mut replica, page)| {
            let output = replica.receive(page, NOW);
            (replica, output)
        });
}

#[divan::bench]
fn decode_page(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&changes(1..=200)).unwrap();
    bencher.bench(|| serde_json::from_str::<ServerFrame>(black_box(&text)).unwrap());
}
