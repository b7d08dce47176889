//! One reader stops reading: what do the others notice?

use anyhow::Result;
use rustix::net::sockopt::set_socket_recv_buffer_size;

use super::contender::{Contender, Table, in_turn};
use super::crowd::{Crowd, Measured};
use crate::context::Context;
use crate::load::member;
use crate::report::Section;
use crate::stats::{Sorted, micros_each};

/// Members who read.
const MEMBERS: usize = 1000;
/// Messages per second, and the bytes of each: more than the system keeps for a reader.
const RATE: u32 = 50;
const BODY: usize = 8000;
/// Room that the reader who stalls leaves the system, in bytes; it takes a little more.
const ROOM: usize = 4096;

const COLUMNS: [&str; 4] = [
    "p50 ms",
    "p99 ms",
    "server µs/delivery",
    "server's memory grows by MiB",
];

/// Measures.
///
/// # Errors
/// When a server does not start or a member is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    for contender in Contender::OURS {
        if !context.has(contender.program) {
            continue;
        }
        let what = ["all read", "one does not"].map(str::to_owned);
        let mut table = Table::new(context, section, &[contender], &what)?;
        for repetition in 0..context.repetitions {
            for (index, what) in in_turn(what.iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("stalled: {name}, {what}"), repetition);
                table.add(contender, index, &measure(context, contender, index == 1)?);
            }
        }
        table.show_growth(section);
    }
    section.note(format!(
        "{MEMBERS} members, {RATE} messages of {BODY} bytes per second; \
         the stalled reader is told to resync or closed when 1 MiB waits for it"
    ));
    Ok(())
}

fn measure(
    context: &Context,
    contender: Contender,
    one_stalls: bool,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut crowd = Crowd::join(&server, contender, MEMBERS, 1)?;
    // Not looked at until the measure is over.
    let stalled = member::join(
        server.address(),
        contender.protocol,
        usize::from(one_stalls),
    )?;
    for stream in stalled.streams() {
        set_socket_recv_buffer_size(stream, ROOM)?;
    }
    let before = server.resident_bytes()?;
    let measured = crowd.measure_with(&server, RATE, context.load_time, BODY)?;
    let grown = server.resident_bytes()?.saturating_sub(before);
    drop((crowd, stalled));
    server.stop()?;
    Ok(cells(&measured, grown))
}

fn cells(measured: &Measured, grown: u64) -> [Option<f64>; COLUMNS.len()] {
    let waits = Sorted::millis(measured.waits.iter().copied());
    [
        waits.percentile(50),
        waits.percentile(99),
        micros_each(measured.server, measured.delivered()),
        Some(grown as f64 / f64::from(1 << 20)),
    ]
}
