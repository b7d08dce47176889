//! What a connection that only waits costs the server.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::contender::{Contender, Table};
use crate::context::Context;
use crate::load::member;
use crate::load::pool::Pool;
use crate::report::Section;

/// Connections.
const FEW: usize = 1000;
const MANY: usize = 10_000;
/// About as many as a process may have here, with 20,000 files.
const MOST: usize = 19_000;
/// Connections that come and go before: what the first ones need is not theirs alone.
const WARM_UP: usize = 50;
/// How long the server is left alone before its memory is read.
const SETTLE: Duration = Duration::from_secs(2);

const COLUMNS: [&str; 2] = ["KiB per connection", "KiB left of each after all have gone"];

/// Measures.
///
/// # Errors
/// When a server does not start or a connection is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    for (count, contenders) in [
        (FEW, Contender::all()),
        (MANY, Contender::all()),
        (MOST, Contender::OURS.to_vec()),
    ] {
        let what = format!("{count} connections");
        let mut table = Table::new(context, section, &contenders, &[what])?;
        for repetition in 0..context.repetitions {
            for contender in table.contenders(repetition) {
                let what = format!("memory: {}, {count} connections", contender.name());
                context.repetition(&what, repetition);
                table.add(contender, 0, &measure(context, contender, count)?);
            }
        }
        table.show(section, &[]);
    }
    section.note("resident memory of the process; the kernel's own buffers are not in it");
    Ok(())
}

fn measure(
    context: &Context,
    contender: Contender,
    count: usize,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut warm = member::join(server.address(), contender.protocol, WARM_UP)?;
    settle(&mut warm)?;
    drop(warm);
    settle(&mut Pool::new()?)?;
    let before = server.resident_bytes()?;
    let mut pool = member::join(server.address(), contender.protocol, count)?;
    settle(&mut pool)?;
    ensure!(pool.endings().is_empty(), "lost: {:?}", pool.endings());
    let with = server.resident_bytes()?;
    drop(pool);
    settle(&mut Pool::new()?)?;
    let after = server.resident_bytes()?;
    server.stop()?;
    let each = |bytes: u64| bytes.saturating_sub(before) as f64 / 1024.0 / count as f64;
    Ok([Some(each(with)), Some(each(after))])
}

/// Hears what comes until some time is over.
fn settle(pool: &mut Pool) -> Result<()> {
    pool.turn_until(Instant::now() + SETTLE, &mut |_| false)?;
    Ok(())
}
