//! One room: every message goes to every member.

use anyhow::Result;

use super::contender::{Contender, Table};
use super::crowd::{Crowd, Measured};
use crate::context::Context;
use crate::disk;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Members of the room.
const MEMBERS: usize = 1000;
/// Messages per second, one rate after the other.
const RATES: [u32; 5] = [10, 50, 100, 500, 1000];
/// How often the bare disk is asked in a repetition.
const SYNCS: usize = 200;
/// The rate at which the load client is tried with two threads.
const TWICE: u32 = 100;

/// The headings of what [`cells`] gives.
pub const COLUMNS: [&str; 6] = [
    "deliveries/s",
    "delivered %",
    "p50 ms",
    "p99 ms",
    "server µs/delivery",
    "client µs/delivery",
];

/// Measures.
///
/// # Errors
/// When a server does not start or a member is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    by_rate(context, section)?;
    with_two_threads(context, section)?;
    section.note(format!(
        "{MEMBERS} members; a peer that has not delivered all within {} s is not asked for more",
        super::crowd::PATIENCE.as_secs()
    ));
    Ok(())
}

fn by_rate(context: &Context, section: &mut Section) -> Result<()> {
    let what = RATES.map(|rate| format!("{rate}/s"));
    let mut table = Table::new(context, section, &Contender::all(), &what)?;
    let mut disk = Runs::new(COLUMNS.len());
    for repetition in 0..context.repetitions {
        // By so much may a message come later that is stored before.
        let costs = disk::sync_costs(context.scratch(), SYNCS)?;
        let (p50, p99) = (costs.percentile(50), costs.percentile(99));
        disk.add(&[None, None, p50, p99, None, None]);
        let mut rooms = Vec::new();
        for contender in table.contenders(repetition) {
            context.repetition(
                &format!("fan-out: {}, coming in", contender.name()),
                repetition,
            );
            rooms.push(Open::start(context, contender)?);
        }
        // Those who are compared are measured right after each other: the machine is not the
        // same from one minute to the next.
        for (index, rate) in RATES.into_iter().enumerate() {
            let mut going_on = Vec::new();
            for mut room in rooms {
                let name = room.contender.name();
                context.repetition(&format!("fan-out: {name}, {rate}/s"), repetition);
                let measured = room.crowd.measure(&room.server, rate, context.load_time)?;
                measured.note(section, &format!("{name}, {rate}/s"));
                table.add(room.contender, index, &cells(&measured));
                // What comes late would be counted among what comes next.
                if measured.delivered() < measured.expected {
                    room.end(section)?;
                } else {
                    going_on.push(room);
                }
            }
            rooms = going_on;
        }
        for room in rooms {
            room.end(section)?;
        }
    }
    section.row("bare fdatasync of 4 KiB", disk.cells());
    table.show(section, &[Program::Bun, Program::Limit]);
    Ok(())
}

/// A contender's room, with everyone in it.
struct Open {
    contender: Contender,
    server: Server,
    crowd: Crowd,
}

impl Open {
    fn start(context: &Context, contender: Contender) -> Result<Self> {
        let server = contender.start(context)?;
        let crowd = Crowd::join(&server, contender, MEMBERS, 1)?;
        Ok(Open {
            contender,
            server,
            crowd,
        })
    }

    fn end(self, section: &mut Section) -> Result<()> {
        self.crowd.note_endings(section, &self.contender.name());
        drop(self.crowd);
        self.server.stop()
    }
}

/// Whether it is the server that is measured, and not the load client.
fn with_two_threads(context: &Context, section: &mut Section) -> Result<()> {
    let what = [format!("{TWICE}/s, a load client of two threads")];
    let contenders = [&Contender::OURS[..], &[Contender::LIMIT]].concat();
    let mut table = Table::new(context, section, &contenders, &what)?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(
                &format!("fan-out: {}, two threads", contender.name()),
                repetition,
            );
            let server = contender.start(context)?;
            let mut crowd = Crowd::join(&server, contender, MEMBERS, 2)?;
            let measured = crowd.measure(&server, TWICE, context.load_time)?;
            table.add(contender, 0, &cells(&measured));
            drop(crowd);
            server.stop()?;
        }
    }
    table.show(section, &[Program::Limit]);
    Ok(())
}

/// What one measure came to.
pub fn cells(measured: &Measured) -> [Option<f64>; COLUMNS.len()] {
    let delivered = measured.delivered();
    let waits = Sorted::millis(measured.waits.iter().copied());
    [
        measured
            .took
            .map(|took| delivered as f64 / took.as_secs_f64()),
        Some(100.0 * delivered as f64 / measured.expected as f64),
        waits.percentile(50),
        waits.percentile(99),
        micros_each(measured.server, delivered),
        micros_each(measured.client, delivered),
    ]
}
