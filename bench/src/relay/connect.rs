//! How fast the server accepts connections.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::contender::{ComparisonTable, Contender};
use crate::context::BenchContext;
use crate::load::pool::ConnectionPool;
use crate::process::own_processor_time;
use crate::process::program::Program;
use crate::report::Section;
use crate::stats::micros_each;

/// The number of connections.
const COUNT: usize = 10_000;
/// Handshakes in progress at the same time.
const AT_ONCE: usize = 200;

const COLUMNS: [&str; 3] = ["per second", "server µs/connection", "client µs/connection"];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a connection is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let mut table = ComparisonTable::new(context, section, &Contender::all(), &[String::new()])?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(&format!("connecting: {}", contender.name()), repetition);
            table.add(contender, 0, &measure(context, contender)?);
        }
    }
    table.show(section, &[Program::Bun]);
    section.note(format!(
        "{COUNT} connections until the last handshake is complete, {AT_ONCE} in progress at the same time"
    ));
    Ok(())
}

fn measure(context: &BenchContext, contender: Contender) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut pool = ConnectionPool::new()?;
    let cpu_meter = server.cpu_meter()?;
    let own = own_processor_time();
    let started = Instant::now();
    for _ in 0..COUNT {
        pool.finish_handshakes(AT_ONCE - 1)?;
        pool.connect(server.address(), contender.protocol.path())?;
    }
    pool.finish_handshakes(0)?;
    let took = started.elapsed();
    let (spent, own) = (cpu_meter.spent()?, own_processor_time().saturating_sub(own));
    let endings = pool.endings();
    ensure!(endings.is_empty(), "refused: {endings:?}");
    drop(pool);
    server.stop()?;
    Ok([
        Some(COUNT as f64 / took.as_secs_f64()),
        micros_each(spent, COUNT),
        micros_each(own, COUNT),
    ])
}
