//! Whether a send costs more when there are more rooms.

use anyhow::Result;

use super::acknowledged::{COLUMNS, cells};
use super::senders::{CONNECTIONS, Senders, StopAfter};
use crate::context::BenchContext;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Runs, Section};

/// The number of existing rooms, and the number of rooms that are posted to in turn.
const ROOMS: [(usize, usize); 4] = [
    (CONNECTIONS, CONNECTIONS),
    (9_600, CONNECTIONS),
    (1000, 1000),
    (9_600, 9_600),
];
/// Sends without an answer.
const IN_FLIGHT: usize = 100;

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
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
    context: &BenchContext,
    rooms: usize,
    written: usize,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = ServerProcess::start(context, Program::Madang)?;
    let mut writers = Senders::new(&server, rooms)?;
    writers.use_rooms(written);
    let stop_after = StopAfter::Time(context.load_time);
    // Warm up: commits are more expensive until the write-ahead log has its full size.
    writers.measure(&server, 1000, stop_after)?;
    let sends = writers.measure(&server, IN_FLIGHT, stop_after)?;
    drop(writers);
    server.stop()?;
    Ok(cells(&sends))
}
