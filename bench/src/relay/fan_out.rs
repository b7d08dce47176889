//! Fan-out: every message in one room is delivered to every member.

use anyhow::Result;

use super::contender::{ComparisonTable, Contender};
use super::lobby_load::{DeliveryResult, LobbyLoad};
use crate::context::BenchContext;
use crate::disk;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Members of the room.
const MEMBERS: usize = 1000;
/// Messages per second, one rate after the other.
const RATES: [u32; 5] = [10, 50, 100, 500, 1000];
/// How many times a repetition syncs the bare disk.
const SYNCS: usize = 200;
/// The rate for the load client of two threads.
const TWO_THREADS_RATE: u32 = 100;

/// The headings of the values that [`cells`] returns.
pub const COLUMNS: [&str; 6] = [
    "deliveries/s",
    "delivered %",
    "p50 ms",
    "p99 ms",
    "server µs/delivery",
    "client µs/delivery",
];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a member is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    by_rate(context, section)?;
    with_two_threads(context, section)?;
    section.note(format!(
        "{MEMBERS} members; a program that has not delivered everything within {} s is not measured at higher rates",
        super::lobby_load::TIMEOUT.as_secs()
    ));
    Ok(())
}

fn by_rate(context: &BenchContext, section: &mut Section) -> Result<()> {
    let what = RATES.map(|rate| format!("{rate}/s"));
    let mut table = ComparisonTable::new(context, section, &Contender::all(), &what)?;
    let mut disk = Runs::new(COLUMNS.len());
    for repetition in 0..context.repetitions {
        // For comparison: a message that is stored first may be later by this.
        let costs = disk::sync_costs(context.scratch(), SYNCS)?;
        let (p50, p99) = (costs.percentile(50), costs.percentile(99));
        disk.add(&[None, None, p50, p99, None, None]);
        let mut rooms = Vec::new();
        for contender in table.contenders(repetition) {
            context.repetition(
                &format!("fan-out: {}, connecting", contender.name()),
                repetition,
            );
            rooms.push(ConnectedContender::start(context, contender)?);
        }
        // Contenders are measured right after each other, because the machine changes from one
        // minute to the next.
        for (index, rate) in RATES.into_iter().enumerate() {
            let mut remaining = Vec::new();
            for mut room in rooms {
                let name = room.contender.name();
                context.repetition(&format!("fan-out: {name}, {rate}/s"), repetition);
                let measured = room.load.measure(&room.server, rate, context.load_time)?;
                measured.note(section, &format!("{name}, {rate}/s"));
                table.add(room.contender, index, &cells(&measured));
                // Late deliveries would be counted in the next measurement.
                if measured.delivered() < measured.expected {
                    room.end(section)?;
                } else {
                    remaining.push(room);
                }
            }
            rooms = remaining;
        }
        for room in rooms {
            room.end(section)?;
        }
    }
    section.row("bare fdatasync of 4 KiB", disk.cells());
    table.show(section, &[Program::Bun, Program::Limit]);
    Ok(())
}

/// A running contender with all members connected.
struct ConnectedContender {
    contender: Contender,
    server: ServerProcess,
    load: LobbyLoad,
}

impl ConnectedContender {
    fn start(context: &BenchContext, contender: Contender) -> Result<Self> {
        let server = contender.start(context)?;
        let load = LobbyLoad::join(&server, contender, MEMBERS, 1)?;
        Ok(ConnectedContender {
            contender,
            server,
            load,
        })
    }

    fn end(self, section: &mut Section) -> Result<()> {
        self.load.note_endings(section, &self.contender.name());
        drop(self.load);
        self.server.stop()
    }
}

/// Measures with a load client of two threads, which shows whether the load client is the
/// bottleneck.
fn with_two_threads(context: &BenchContext, section: &mut Section) -> Result<()> {
    let what = [format!(
        "{TWO_THREADS_RATE}/s, a load client of two threads"
    )];
    let contenders = [&Contender::OURS[..], &[Contender::LIMIT]].concat();
    let mut table = ComparisonTable::new(context, section, &contenders, &what)?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(
                &format!("fan-out: {}, two threads", contender.name()),
                repetition,
            );
            let server = contender.start(context)?;
            let mut load = LobbyLoad::join(&server, contender, MEMBERS, 2)?;
            let measured = load.measure(&server, TWO_THREADS_RATE, context.load_time)?;
            table.add(contender, 0, &cells(&measured));
            drop(load);
            server.stop()?;
        }
    }
    table.show(section, &[Program::Limit]);
    Ok(())
}

/// The cells of one measurement.
pub fn cells(measured: &DeliveryResult) -> [Option<f64>; COLUMNS.len()] {
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
