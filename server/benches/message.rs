//! The way of one message through the server, without sockets and disk.
//! `cargo bench -p server`

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

#[path = "../tests/support/commit.rs"]
mod commit;
#[path = "../tests/support/subscribers.rs"]
mod subscribers;

use std::time::Duration;

use commit::commit;
use divan::{Bencher, black_box};
use server::gateway::delivery::hub::Topic;
use server::metrics::Metrics;
use server::store::StreamId;
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{ClientId, RoomId};
use shared::limits::Limits;
use shared::simple::SimplePost;
use subscribers::Subscribers;

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
    let frame = ClientFrame::command(
        ClientId::new(1, &[7; 10]),
        Command::Send {
            room: RoomId::LOBBY,
            body: words(),
        },
    );
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

/// The span of a command while its level is off, with a subscriber as the server has one.
#[divan::bench]
fn span_off(bencher: Bencher<'_, '_>) {
    let _log = tracing_subscriber::fmt().with_env_filter("info").try_init();
    bencher.bench(|| tracing::debug_span!("command", commands = black_box(1)).entered());
}

/// What a commit of one command counts.
#[divan::bench]
fn count_commit(bencher: Bencher<'_, '_>) {
    let metrics = Metrics::default();
    bencher.bench(|| {
        metrics
            .commit_times
            .record(black_box(Duration::from_millis(1)));
        metrics.commands_committed.add(black_box(1));
    });
}

fn deliver(bencher: Bencher<'_, '_>, topic: Topic, members: u64, messages: i64) {
    let mut subscribers = Subscribers::of(topic, members);
    bencher
        .with_inputs(|| commit(messages))
        .bench_local_values(|batch| subscribers.deliver(black_box(batch)));
}

/// One message, to so many members.
#[divan::bench(args = [1, 100, 1_000])]
fn deliver_native(bencher: Bencher<'_, '_>, members: u64) {
    deliver(
        bencher,
        Topic::Stream(StreamId::Room(RoomId::LOBBY)),
        members,
        1,
    );
}

/// The same over the simple protocol.
#[divan::bench(args = [1, 100, 1_000])]
fn deliver_simple(bencher: Bencher<'_, '_>, members: u64) {
    deliver(bencher, Topic::SimpleLobby, members, 1);
}

/// A commit of 200 messages, to 32 members.
#[divan::bench]
fn deliver_burst_native(bencher: Bencher<'_, '_>) {
    deliver(
        bencher,
        Topic::Stream(StreamId::Room(RoomId::LOBBY)),
        32,
        200,
    );
}

/// The same over the simple protocol.
#[divan::bench]
fn deliver_burst_simple(bencher: Bencher<'_, '_>) {
    deliver(bencher, Topic::SimpleLobby, 32, 200);
}
