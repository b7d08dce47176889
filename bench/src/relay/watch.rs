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

/// When people return.
const RETURNS: [&str; 3] = [
    "after a restart",
    "after all had gone",
    "while their other devices watch",
];
/// Posts per second to one room, one rate after the other.
const RATES: [u32; 2] = [1, 100];
/// How long each rate lasts.
const TIME: Duration = Duration::from_secs(10);
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
    let mut returns = vec![Runs::new(COLUMNS.len()); RETURNS.len()];
    let mut posts = vec![Runs::new(COLUMNS.len()); RATES.len()];
    for repetition in 0..context.repetitions {
        let server = start()?;
        let return_all = |what: usize| {
            context.repetition(&format!("watch: {}", RETURNS[what]), repetition);
            return_all(&server, &store, size.rooms)
        };
        let (pool, cells) = return_all(0)?;
        returns[0].add(&cells);
        leave(pool)?;
        let (mut pool, cells) = return_all(1)?;
        returns[1].add(&cells);
        let (others, cells) = return_all(2)?;
        returns[2].add(&cells);
        leave(others)?;
        let mut room = WatchedRoom::join(&server, &mut pool, &store)?;
        for (rate, runs) in RATES.into_iter().zip(&mut posts) {
            context.repetition(&format!("watch: {rate} posts/s"), repetition);
            let posts = room.measure(&server, rate, TIME)?;
            runs.add(&post_cells(posts));
        }
        drop(pool);
        server.stop()?;
    }
    for (when, runs) in RETURNS.into_iter().zip(returns) {
        let (people, rooms) = (size.people, size.rooms);
        let label = format!("{people} people, {rooms} rooms each, {when}");
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
) -> Result<(ConnectionPool, [Option<f64>; COLUMNS.len()])> {
    let mut pool = ConnectionPool::new()?;
    let memory_before = server.resident_bytes()?;
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

/// Closes connections, and waits until the server has noticed.
fn leave(pool: ConnectionPool) -> Result<()> {
    drop(pool);
    ConnectionPool::new()?.poll_until(Instant::now() + SETTLE, &mut |_| false)?;
    Ok(())
}

fn post_cells(posts: PostResult) -> [Option<f64>; COLUMNS.len()] {
    let each = micros_each(posts.server, posts.count);
    let waits = Sorted::millis(posts.waits);
    [waits.min(), waits.median(), waits.max(), each, None]
}
