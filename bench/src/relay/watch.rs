//! People with very many rooms return at once, and what a post costs that they only watch.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::private_rooms::PrivateRooms;
use super::watched_room::{PostResult, WatchedRoom};
use crate::context::BenchContext;
use crate::load::pool::ConnectionPool;
use crate::load::watching;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Posts per second to one room, one rate after the other.
const RATES: [u32; 2] = [1, 100];
/// How long the server is idle after everyone has gone.
const SETTLE: Duration = Duration::from_secs(2);

const COLUMNS: [&str; 5] = [
    "first after ms",
    "half after ms",
    "all after ms",
    "server µs each",
    "server's memory grows by MiB",
];

/// Runs the benchmark.
///
/// # Errors
/// When the server does not start or refuses something, or an answer does not come.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let size = context.watch;
    let folder = context.folder()?;
    let start = || ServerProcess::start_at(context, Program::Madang, folder.path());
    let server = start()?;
    let started = Instant::now();
    let store = PrivateRooms::fill(context, &server, size)?;
    server.stop()?;
    section.note(format!(
        "the store was made by commands, in {} s",
        started.elapsed().as_secs()
    ));
    let mut returns = vec![Runs::new(COLUMNS.len()); 2];
    let mut posts = vec![Runs::new(COLUMNS.len()); RATES.len()];
    for repetition in 0..context.repetitions {
        context.repetition("watch: all return after a restart", repetition);
        let server = start()?;
        let before = server.resident_bytes()?;
        let (pool, cells) = return_all(&server, &store, size.rooms, before)?;
        returns[0].add(&cells);
        drop(pool);
        // Until the server has noticed that all have gone.
        ConnectionPool::new()?.poll_until(Instant::now() + SETTLE, &mut |_| false)?;
        context.repetition("watch: all return again", repetition);
        let (mut pool, cells) = return_all(&server, &store, size.rooms, before)?;
        returns[1].add(&cells);
        let mut room = WatchedRoom::join(&server, &mut pool, &store)?;
        for (rate, runs) in RATES.into_iter().zip(&mut posts) {
            context.repetition(&format!("watch: {rate} posts/s"), repetition);
            runs.add(&post_cells(room.measure(
                &server,
                rate,
                context.load_time,
            )?));
        }
        drop(pool);
        server.stop()?;
    }
    let [after_a_restart, again] = ["after a restart", "again"].map(|when| {
        let (people, rooms) = (size.people, size.rooms);
        format!("{people} people with {rooms} rooms each return {when}")
    });
    for (label, runs) in [after_a_restart, again].into_iter().zip(returns) {
        section.row(label, runs.cells());
    }
    for (rate, runs) in RATES.into_iter().zip(posts) {
        let label = format!("{rate} posts/s to a room, {} watch", store.members);
        section.row(label, runs.cells());
    }
    section.note(
        "returning: from the first connection until each knows what is unread in all rooms; \
         a post: from sending until each watcher knows of it; each: a person, or a post",
    );
    Ok(())
}

/// Lets all people return; returns their connections and the cells.
fn return_all(
    server: &ServerProcess,
    store: &PrivateRooms,
    rooms: usize,
    memory_before: u64,
) -> Result<(ConnectionPool, [Option<f64>; COLUMNS.len()])> {
    let mut pool = ConnectionPool::new()?;
    let cpu_meter = server.cpu_meter()?;
    // Besides their private rooms, all may read the lobby.
    let waits = watching::return_all(&mut pool, server.endpoint(), &store.people, rooms + 1)?;
    let spent = cpu_meter.spent()?;
    let grown = server.resident_bytes()?.saturating_sub(memory_before);
    let waits = Sorted::millis(waits);
    let cells = [
        waits.min(),
        waits.median(),
        waits.max(),
        micros_each(spent, store.people.len()),
        Some(grown as f64 / f64::from(1 << 20)),
    ];
    Ok((pool, cells))
}

fn post_cells(posts: PostResult) -> [Option<f64>; COLUMNS.len()] {
    let each = micros_each(posts.server, posts.count);
    let waits = Sorted::millis(posts.waits);
    [waits.min(), waits.median(), waits.max(), each, None]
}
