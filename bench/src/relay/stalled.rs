//! One reader stops reading: does it affect the others?

use anyhow::Result;
use rustix::net::sockopt::set_socket_recv_buffer_size;

use super::contender::{ComparisonTable, Contender, rotated};
use super::lobby_load::{DeliveryResult, LobbyLoad};
use crate::context::BenchContext;
use crate::load::lobby_member;
use crate::report::Section;
use crate::stats::{Sorted, micros_each};

/// Members that read.
const MEMBERS: usize = 1000;
/// Messages per second, and the bytes of each: together more than the kernel buffers for a reader.
const RATE: u32 = 50;
const BODY: usize = 8000;
/// The receive buffer of the stalled reader, in bytes; the kernel uses a little more.
const RECEIVE_BUFFER: usize = 4096;

const COLUMNS: [&str; 4] = [
    "p50 ms",
    "p99 ms",
    "server µs/delivery",
    "server's memory grows by MiB",
];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a member is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    for contender in Contender::OURS {
        if !context.has(contender.program) {
            continue;
        }
        let what = ["all read", "one does not"].map(str::to_owned);
        let mut table = ComparisonTable::new(context, section, &[contender], &what)?;
        for repetition in 0..context.repetitions {
            for (index, what) in rotated(what.iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("stalled: {name}, {what}"), repetition);
                table.add(contender, index, &measure(context, contender, index == 1)?);
            }
        }
        table.show_growth(section);
    }
    section.note(format!(
        "{MEMBERS} members, {RATE} messages of {BODY} bytes per second; \
         the stalled reader gets resync or is closed when 1 MiB waits for it"
    ));
    Ok(())
}

fn measure(
    context: &BenchContext,
    contender: Contender,
    one_stalls: bool,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut load = LobbyLoad::join(&server, contender, MEMBERS, 1)?;
    // Nothing reads from it during the measurement.
    let stalled = lobby_member::join(
        server.endpoint(),
        contender.protocol,
        usize::from(one_stalls),
    )?;
    for stream in stalled.streams() {
        set_socket_recv_buffer_size(stream, RECEIVE_BUFFER)?;
    }
    let before = server.resident_bytes()?;
    let measured = load.measure_with(&server, RATE, context.load_time, BODY)?;
    let grown = server.resident_bytes()?.saturating_sub(before);
    drop((load, stalled));
    server.stop()?;
    Ok(cells(&measured, grown))
}

fn cells(measured: &DeliveryResult, grown: u64) -> [Option<f64>; COLUMNS.len()] {
    let waits = Sorted::millis(measured.waits.iter().copied());
    [
        waits.percentile(50),
        waits.percentile(99),
        micros_each(measured.server, measured.delivered()),
        Some(grown as f64 / f64::from(1 << 20)),
    ]
}
