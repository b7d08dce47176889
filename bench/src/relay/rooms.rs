//! Whether a send costs more where there are more rooms.

use anyhow::Result;

use super::acknowledged::{COLUMNS, cells};
use super::writers::{CONNECTIONS, Enough, Writers};
use crate::context::Context;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Runs, Section};

/// Rooms that there are, and how many of them are written to, in turn.
const ROOMS: [(usize, usize); 4] = [
    (CONNECTIONS, CONNECTIONS),
    (9_600, CONNECTIONS),
    (1000, 1000),
    (9_600, 9_600),
];
/// Sends without an answer.
const IN_FLIGHT: usize = 100;

/// Measures.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let mut rooms = vec![Runs::new(COLUMNS.len()); ROOMS.len()];
    for repetition in 0..context.repetitions {
        for ((count, written), runs) in ROOMS.into_iter().zip(&mut rooms) {
            context.repetition(&format!("rooms: {written} of {count}"), repetition);
            runs.add(&measure(context, count, written)?);
        }
    }
    let label = |(count, written): (usize, usize)| format!("{written} of {count} rooms");
    for (of, runs) in ROOMS.into_iter().zip(&rooms) {
        section.row(label(of), runs.clone().cells());
    }
    for (of, runs) in ROOMS.into_iter().zip(&rooms).skip(1) {
        let label = format!("{} ÷ {}", label(of), label(ROOMS[0]));
        section.row(label, runs.ratio(&rooms[0]).cells());
    }
    section.note(format!(
        "{IN_FLIGHT} sends in flight over {CONNECTIONS} connections"
    ));
    Ok(())
}

fn measure(
    context: &Context,
    rooms: usize,
    written: usize,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = Server::start(context, Program::Madang)?;
    let mut writers = Writers::new(&server, rooms)?;
    writers.keep_to(written);
    let enough = Enough::Time(context.load_time);
    // The log grows to its full size once; only then does a commit cost what it does later.
    writers.measure(&server, 1000, enough)?;
    let sends = writers.measure(&server, IN_FLIGHT, enough)?;
    drop(writers);
    server.stop()?;
    Ok(cells(&sends))
}
