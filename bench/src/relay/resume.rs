//! Clients that were away return and ask for what they missed.

use anyhow::Result;

use super::bench_room::BenchRoom;
use crate::context::BenchContext;
use crate::load::pool::ConnectionPool;
use crate::load::resuming::{self, KnownRevision, ResumeResult};
use crate::load::session;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

use super::BODY;

/// Messages that a single client missed.
const ONE: [u32; 3] = [10, 300, 10_000];
/// Clients that return at once after a restart, and the messages that each of them missed.
const MANY: usize = 5000;
const MISSED: u32 = 300;

const COLUMNS: [&str; 4] = [
    "current after ms",
    "half of them after ms",
    "messages of each",
    "server µs/message",
];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start, or a client does not become current.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let mut one = vec![Runs::new(COLUMNS.len()); ONE.len()];
    let mut many = Runs::new(COLUMNS.len());
    for repetition in 0..context.repetitions {
        for (missed, runs) in ONE.into_iter().zip(&mut one) {
            context.repetition(&format!("resume: one, {missed} missed"), repetition);
            runs.add(&one_client(context, missed)?);
        }
        context.repetition(&format!("resume: {MANY} after a restart"), repetition);
        many.add(&after_a_restart(context)?);
    }
    for (missed, runs) in ONE.into_iter().zip(one) {
        section.row(format!("one client, {missed} missed"), runs.cells());
    }
    let label = format!("{MANY} clients at once after a restart, {MISSED} missed each");
    section.row(label, many.cells());
    Ok(())
}

fn one_client(context: &BenchContext, missed: u32) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = ServerProcess::start(context, Program::Madang)?;
    let mut room = BenchRoom::create(server.endpoint(), "busy")?;
    let known = room.known();
    room.post(missed, BODY)?;
    let cells = resume_all(&server, 1, known)?;
    server.stop()?;
    Ok(cells)
}

fn after_a_restart(context: &BenchContext) -> Result<[Option<f64>; COLUMNS.len()]> {
    let folder = context.folder()?;
    let start = || ServerProcess::start_at(context, Program::Madang, folder.path());
    let server = start()?;
    let mut room = BenchRoom::create(server.endpoint(), "busy")?;
    let known = room.known();
    room.post(MISSED, BODY)?;
    drop(room);
    server.stop()?;
    let server = start()?;
    let cells = resume_all(&server, MANY, known)?;
    server.stop()?;
    Ok(cells)
}

fn resume_all(
    server: &ServerProcess,
    count: usize,
    known: KnownRevision,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    // Creating the guests is not part of the measurement.
    let guests = session::create_guests(server.address(), count)?;
    let mut pool = ConnectionPool::new()?;
    let cpu_meter = server.cpu_meter()?;
    let ResumeResult { waits, messages } =
        resuming::resume_all(&mut pool, server.endpoint(), &guests, known)?;
    let spent = cpu_meter.spent()?;
    let waits = Sorted::millis(waits);
    Ok([
        waits.max(),
        waits.median(),
        Some(messages as f64 / count as f64),
        micros_each(spent, messages),
    ])
}
