//! What a connection that only waits costs the server.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::context::Context;
use crate::load::member::{self, Protocol};
use crate::load::pool::Pool;
use crate::process::server::Server;
use crate::report::{Runs, Section};

/// Connections.
const COUNTS: [usize; 2] = [1000, 5000];
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
    for protocol in [Protocol::Simple, Protocol::Native] {
        for count in COUNTS {
            let label = match protocol {
                Protocol::Simple => format!("simple, {count} connections"),
                Protocol::Native => format!("native and joined, {count} connections"),
            };
            let mut runs = Runs::new(COLUMNS.len());
            for repetition in 0..context.repetitions {
                context.repetition(&format!("memory: {label}"), repetition);
                runs.add(&measure(context, protocol, count)?);
            }
            section.row(label, runs.cells());
        }
    }
    section.note("resident memory of the process; the kernel's own buffers are not in it");
    Ok(())
}

fn measure(
    context: &Context,
    protocol: Protocol,
    count: usize,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = Server::start(context)?;
    let mut warm = member::join(server.address(), protocol, WARM_UP)?;
    settle(&mut warm)?;
    drop(warm);
    settle(&mut Pool::new()?)?;
    let before = server.resident_bytes()?;
    let mut pool = member::join(server.address(), protocol, count)?;
    settle(&mut pool)?;
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
