//! Whether the same work costs more when very many messages are stored.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use shared::id::{Rev, RoomId, Seq};

use super::bench_room::SequentialClient;
use super::senders::{Senders, StopAfter};
use crate::context::BenchContext;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each, millis};

/// The numbers of stored messages.
const STORED: [usize; 2] = [1000, 10_000_000];
/// Sends without an answer, while filling the store and while measuring.
const FILLING: usize = 4000;
const IN_FLIGHT: usize = 100;
/// Messages in one step of filling.
const STEP: usize = 250_000;
/// How many times a repetition asks each question.
const QUESTIONS: i64 = 100;
/// Messages that the client missed.
const MISSED: i64 = 300;

const COLUMNS: [&str; 6] = [
    "sends/s",
    "server µs/send",
    "send p50 ms",
    "history page ms",
    "300 missed ms",
    "unread count ms",
];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let few = context.folder()?;
    let folders = [few.path().to_owned(), large_store(context)];
    for (folder, count) in folders.iter().zip(STORED) {
        fill(context, folder, count)?;
    }
    let mut runs = vec![Runs::new(COLUMNS.len()); STORED.len()];
    for repetition in 0..context.repetitions {
        for ((folder, count), runs) in folders.iter().zip(STORED).zip(&mut runs) {
            context.repetition(&format!("stored: {count} messages"), repetition);
            runs.add(&measure(context, folder)?);
        }
    }
    for (count, runs) in STORED.into_iter().zip(&runs) {
        section.row(format!("{count} messages"), runs.clone().cells());
    }
    let label = format!("{} messages ÷ {}", STORED[1], STORED[0]);
    section.row(label, runs[1].ratio(&runs[0]).cells());
    section.note(format!(
        "{} is kept for the next run and may be removed",
        folders[1].display()
    ));
    Ok(())
}

/// The folder of the large store. It is kept, because filling it takes minutes.
fn large_store(context: &BenchContext) -> PathBuf {
    let beside = context.server.parent().unwrap_or(Path::new("."));
    beside.join(format!("bench-store-{}", STORED[1]))
}

/// Fills the lobby of a store through the server, unless the store is filled already.
fn fill(context: &BenchContext, folder: &Path, count: usize) -> Result<()> {
    let done = folder.join("filled");
    if done.exists() {
        return Ok(());
    }
    if folder.join("data").exists() {
        // An earlier run was interrupted.
        fs::remove_dir_all(folder.join("data"))?;
    }
    fs::create_dir_all(folder)?;
    let server = ServerProcess::start_at(context, Program::Madang, folder)?;
    let mut left = count;
    while left > 0 {
        context.progress(&format!("stored: filling, {left} of {count} messages left"));
        let step = left.min(STEP);
        let mut writers = Senders::in_room(&server, RoomId::LOBBY)?;
        let sends = writers.measure(&server, FILLING.min(step), StopAfter::Count(step))?;
        left -= sends.waits.len();
    }
    server.stop()?;
    fs::write(done, count.to_string()).context("cannot note that the store is filled")
}

fn measure(context: &BenchContext, folder: &Path) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = ServerProcess::start_at(context, Program::Madang, folder)?;
    let mut client = SequentialClient::connect(server.endpoint())?;
    let (head, last) = client.head(RoomId::LOBBY)?;
    // Messages all over the room, in an order that no cache helps.
    let places = (1..=QUESTIONS).map(|index| index * 7919 % QUESTIONS * last.0 / QUESTIONS + 1);
    let places: Vec<_> = places.collect();
    let history = time(places, |place| {
        client.history(RoomId::LOBBY, Seq(place), 100)
    })?;
    let missed = time(0..QUESTIONS, |_| {
        let mut known = Rev(head.0 - MISSED);
        while known < head {
            known = client.changes_since(RoomId::LOBBY, known)?;
        }
        Ok(())
    })?;
    let unread = time(0..QUESTIONS, |_| client.head(RoomId::LOBBY).map(drop))?;
    drop(client);
    let mut writers = Senders::in_room(&server, RoomId::LOBBY)?;
    let stop_after = StopAfter::Time(context.load_time);
    // Warm up: commits are more expensive until the write-ahead log has its full size.
    writers.measure(&server, 1000, stop_after)?;
    let sends = writers.measure(&server, IN_FLIGHT, stop_after)?;
    drop(writers);
    server.stop()?;
    let count = sends.waits.len();
    ensure!(count > 0, "nothing was sent");
    Ok([
        Some(count as f64 / sends.took.as_secs_f64()),
        micros_each(sends.server, count),
        Sorted::millis(sends.waits).median(),
        history.median(),
        missed.median(),
        unread.median(),
    ])
}

/// The time of each question, in milliseconds.
fn time<T>(
    of: impl IntoIterator<Item = T>,
    mut ask: impl FnMut(T) -> Result<()>,
) -> Result<Sorted> {
    let costs = of.into_iter().map(|one| {
        let started = Instant::now();
        ask(one)?;
        Ok(millis(started.elapsed()))
    });
    Ok(Sorted::new(costs.collect::<Result<_>>()?))
}
