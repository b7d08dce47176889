//! Clients that were away come back and ask for what they missed.

use anyhow::Result;

use super::room::Room;
use crate::context::Context;
use crate::load::pool::Pool;
use crate::load::returning::{self, Known, Returned};
use crate::load::session;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

use super::BODY;

/// Messages that one client missed.
const ONE: [u32; 3] = [10, 300, 10_000];
/// Clients that come back at once after a restart, and what each of them missed.
const MANY: usize = 5000;
const MISSED: u32 = 300;

const COLUMNS: [&str; 4] = [
    "current after ms",
    "half of them after ms",
    "messages of each",
    "server µs/message",
];

/// Measures.
///
/// # Errors
/// When a server does not start, or a client does not become current.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
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

fn one_client(context: &Context, missed: u32) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = Server::start(context, Program::Madang)?;
    let mut room = Room::create(server.address(), "busy")?;
    let known = room.known();
    room.say(missed, BODY)?;
    let cells = come_back(&server, 1, known)?;
    server.stop()?;
    Ok(cells)
}

fn after_a_restart(context: &Context) -> Result<[Option<f64>; COLUMNS.len()]> {
    let folder = context.folder()?;
    let start = || Server::start_at(context, Program::Madang, folder.path());
    let server = start()?;
    let mut room = Room::create(server.address(), "busy")?;
    let known = room.known();
    room.say(MISSED, BODY)?;
    drop(room);
    server.stop()?;
    let server = start()?;
    let cells = come_back(&server, MANY, known)?;
    server.stop()?;
    Ok(cells)
}

fn come_back(server: &Server, count: usize, known: Known) -> Result<[Option<f64>; COLUMNS.len()]> {
    // They were guests before; only that they come is measured.
    let tokens = session::guests(server.address(), count)?;
    let mut pool = Pool::new()?;
    let processor = server.processor()?;
    let Returned { waits, messages } =
        returning::come_back(&mut pool, server.address(), &tokens, known)?;
    let spent = processor.spent()?;
    let waits = Sorted::millis(waits);
    Ok([
        waits.max(),
        waits.median(),
        Some(messages as f64 / count as f64),
        micros_each(spent, messages),
    ])
}
