//! Whether a send costs more where there are more rooms.

use anyhow::Result;

use super::acknowledged::{COLUMNS, cells};
use super::writers::{CONNECTIONS, Enough, Writers};
use crate::context::Context;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Runs, Section};

/// Rooms that are written to, in turn.
const ROOMS: [usize; 3] = [CONNECTIONS, 1000, 9_600];
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
        for (count, runs) in ROOMS.into_iter().zip(&mut rooms) {
            context.repetition(&format!("rooms: {count}"), repetition);
            runs.add(&measure(context, count)?);
        }
    }
    for (count, runs) in ROOMS.into_iter().zip(&rooms) {
        section.row(format!("{count} rooms"), runs.clone().cells());
    }
    for (count, runs) in ROOMS.into_iter().zip(&rooms).skip(1) {
        let label = format!("{count} rooms ÷ {}", ROOMS[0]);
        section.row(label, runs.ratio(&rooms[0]).cells());
    }
    section.note(format!(
        "{IN_FLIGHT} sends in flight over {CONNECTIONS} connections"
    ));
    Ok(())
}

fn measure(context: &Context, rooms: usize) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = Server::start(context, Program::Madang)?;
    let mut writers = Writers::new(&server, rooms)?;
    let enough = Enough::Time(context.load_time);
    // The log grows to its full size once; only then does a commit cost what it does later.
    writers.measure(&server, 1000, enough)?;
    let sends = writers.measure(&server, IN_FLIGHT, enough)?;
    drop(writers);
    server.stop()?;
    Ok(cells(&sends))
}
