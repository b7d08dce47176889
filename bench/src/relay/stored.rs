//! Whether the same work costs more where very much is stored.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use shared::frame::{Anchor, ClientFrame};
use shared::id::{Rev, RoomId, Seq};

use super::room::Asking;
use super::writers::{Enough, Writers};
use crate::context::Context;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each, millis};

/// Messages in the room.
const STORED: [usize; 2] = [1000, 10_000_000];
/// Sends without an answer, while they are put there and while it is measured.
const FILLING: usize = 4000;
const IN_FLIGHT: usize = 100;
/// Messages in a step of filling.
const STEP: usize = 250_000;
/// How often each question is asked in a repetition.
const QUESTIONS: i64 = 100;
/// Messages that were missed.
const MISSED: i64 = 300;

const COLUMNS: [&str; 6] = [
    "sends/s",
    "server µs/send",
    "send p50 ms",
    "history page ms",
    "300 missed ms",
    "unread count ms",
];

/// Measures.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let few = context.folder()?;
    let folders = [few.path().to_owned(), kept(context)];
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
        "{} stays for the next time; it may be removed",
        folders[1].display()
    ));
    Ok(())
}

/// Where the large store is kept from one time to the next: filling it takes minutes.
fn kept(context: &Context) -> PathBuf {
    let beside = context.server.parent().unwrap_or(Path::new("."));
    beside.join(format!("bench-store-{}", STORED[1]))
}

/// Puts messages into the lobby of a store, through the server, unless it is done.
fn fill(context: &Context, folder: &Path, count: usize) -> Result<()> {
    let done = folder.join("filled");
    if done.exists() {
        return Ok(());
    }
    if folder.join("data").exists() {
        // A filling that was broken off.
        fs::remove_dir_all(folder.join("data"))?;
    }
    fs::create_dir_all(folder)?;
    let server = Server::start_at(context, Program::Madang, folder)?;
    let mut left = count;
    while left > 0 {
        context.progress(&format!("stored: filling, {left} of {count} messages left"));
        let step = left.min(STEP);
        let mut writers = Writers::in_room(&server, RoomId::LOBBY)?;
        let sends = writers.measure(&server, FILLING.min(step), Enough::Count(step))?;
        left -= sends.waits.len();
    }
    server.stop()?;
    fs::write(done, count.to_string()).context("what was filled cannot be marked")
}

fn measure(context: &Context, folder: &Path) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = Server::start_at(context, Program::Madang, folder)?;
    let mut asking = Asking::enter(server.address())?;
    let (head, last) = asking.now(RoomId::LOBBY)?;
    // Places all over the room, in no order that a cache could like.
    let places = (1..=QUESTIONS).map(|index| index * 7919 % QUESTIONS * last.0 / QUESTIONS + 1);
    let places: Vec<_> = places.collect();
    let history = time(places, |place| {
        asking.ask(&ClientFrame::History {
            request: 1,
            room: RoomId::LOBBY,
            anchor: Anchor::After(Seq(place)),
            limit: Some(100),
        })
    })?;
    let missed = time(0..QUESTIONS, |_| {
        let mut known = Rev(head.0 - MISSED);
        while known < head {
            known = asking.changes_since(RoomId::LOBBY, known)?;
        }
        Ok(())
    })?;
    let unread = time(0..QUESTIONS, |_| asking.now(RoomId::LOBBY).map(drop))?;
    drop(asking);
    let mut writers = Writers::in_room(&server, RoomId::LOBBY)?;
    let enough = Enough::Time(context.load_time);
    // The log grows to its full size once; only then does a commit cost what it does later.
    writers.measure(&server, 1000, enough)?;
    let sends = writers.measure(&server, IN_FLIGHT, enough)?;
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

/// How long each of some questions takes, in milliseconds.
fn time<T>(
    of: impl IntoIterator<Item = T>,
    mut ask: impl FnMut(T) -> Result<()>,
) -> Result<Sorted> {
    let costs = of.into_iter().map(|one| {
        let begun = Instant::now();
        ask(one)?;
        Ok(millis(begun.elapsed()))
    });
    Ok(Sorted::new(costs.collect::<Result<_>>()?))
}
