//! The memory of an idle connection.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::contender::{ComparisonTable, Contender};
use crate::context::BenchContext;
use crate::load::lobby_member;
use crate::load::pool::ConnectionPool;
use crate::report::Section;

/// The numbers of connections.
const FEW: usize = 1000;
const MANY: usize = 10_000;
/// About the most that are possible where a process may have 20,000 open files.
const MOST: usize = 19_000;
/// Connections of the warm-up, because the first connections allocate memory that all share.
const WARM_UP: usize = 50;
/// How long the server is idle before its memory is read.
const SETTLE: Duration = Duration::from_secs(2);

const COLUMNS: [&str; 2] = ["KiB per connection", "KiB left of each after all have gone"];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a connection is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    for (count, contenders) in [
        (FEW, Contender::all()),
        (MANY, Contender::all()),
        (MOST, Contender::OURS.to_vec()),
    ] {
        let what = format!("{count} connections");
        let mut table = ComparisonTable::new(context, section, &contenders, &[what])?;
        for repetition in 0..context.repetitions {
            for contender in table.contenders(repetition) {
                let what = format!("memory: {}, {count} connections", contender.name());
                context.repetition(&what, repetition);
                table.add(contender, 0, &measure(context, contender, count)?);
            }
        }
        table.show(section, &[]);
    }
    section.note("resident memory of the process, without the kernel's own buffers");
    Ok(())
}

fn measure(
    context: &BenchContext,
    contender: Contender,
    count: usize,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut warm = lobby_member::join(server.endpoint(), contender.protocol, WARM_UP)?;
    settle(&mut warm)?;
    drop(warm);
    settle(&mut ConnectionPool::new()?)?;
    let before = server.resident_bytes()?;
    let mut pool = lobby_member::join(server.endpoint(), contender.protocol, count)?;
    settle(&mut pool)?;
    ensure!(pool.endings().is_empty(), "lost: {:?}", pool.endings());
    let with = server.resident_bytes()?;
    drop(pool);
    settle(&mut ConnectionPool::new()?)?;
    let after = server.resident_bytes()?;
    server.stop()?;
    let each = |bytes: u64| bytes.saturating_sub(before) as f64 / 1024.0 / count as f64;
    Ok([Some(each(with)), Some(each(after))])
}

/// Receives for some time.
fn settle(pool: &mut ConnectionPool) -> Result<()> {
    pool.poll_until(Instant::now() + SETTLE, &mut |_| false)?;
    Ok(())
}
