//! How fast connections are taken.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::contender::{Contender, Table};
use crate::context::Context;
use crate::load::pool::Pool;
use crate::process::own_processor_time;
use crate::process::program::Program;
use crate::report::Section;
use crate::stats::micros_each;

/// Connections.
const COUNT: usize = 10_000;
/// Handshakes on the way at once.
const AT_ONCE: usize = 200;

const COLUMNS: [&str; 3] = ["per second", "server µs/connection", "client µs/connection"];

/// Measures.
///
/// # Errors
/// When a server does not start or a connection is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let mut table = Table::new(context, section, &Contender::all(), &[String::new()])?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(&format!("connecting: {}", contender.name()), repetition);
            table.add(contender, 0, &measure(context, contender)?);
        }
    }
    table.show(section, &[Program::Bun]);
    section.note(format!(
        "{COUNT} connections until the last handshake is done, {AT_ONCE} on the way at once"
    ));
    Ok(())
}

fn measure(context: &Context, contender: Contender) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut pool = Pool::new()?;
    let processor = server.processor()?;
    let own = own_processor_time();
    let begun = Instant::now();
    for _ in 0..COUNT {
        pool.shake_hands(AT_ONCE - 1)?;
        pool.connect(server.address(), contender.protocol.path())?;
    }
    pool.shake_hands(0)?;
    let took = begun.elapsed();
    let (spent, own) = (processor.spent()?, own_processor_time().saturating_sub(own));
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
