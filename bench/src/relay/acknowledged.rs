//! Sends that are stored durably and acknowledged: how many per second, and how long one takes,
//! beside the cost of the bare disk, a bare database and a bare round trip.

use anyhow::Result;

use super::BODY;
use super::contender::rotated;
use super::senders::{SendResult, Senders, StopAfter};
use crate::context::BenchContext;
use crate::disk;
use crate::echo;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Cell, Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Sends without an answer, on all connections together.
const IN_FLIGHT: [usize; 5] = [1, 10, 100, 1000, 10_000];
/// How many times a repetition syncs the bare disk.
const SYNCS: usize = 200;
/// How many bare round trips a repetition makes.
const ECHOES: usize = 5_000;
/// Rows in a bare transaction: one, and as many as a full commit of the server has.
const ROWS: [usize; 2] = [1, 2000];

/// The headings of the values that [`cells`] returns.
pub const COLUMNS: [&str; 5] = [
    "per second",
    "p50 ms",
    "p99 ms",
    "server µs/send",
    "client µs/send",
];

/// Runs the benchmark.
///
/// # Errors
/// When the server does not start, or refuses or does not answer a send.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let programs = [Program::Madang, Program::Before];
    let programs = programs.into_iter().filter(|one| context.has(*one));
    let builds = programs.map(|program| MeasuredBuild::start(context, program));
    let mut builds = builds.collect::<Result<Vec<_>>>()?;
    let stop_after = StopAfter::Time(context.load_time);
    let mut sync = Runs::new(COLUMNS.len());
    let mut round_trips = Runs::new(COLUMNS.len());
    let mut least = Runs::new(COLUMNS.len());
    let mut bare = vec![Runs::new(COLUMNS.len()); ROWS.len()];
    for repetition in 0..context.repetitions {
        context.repetition("acknowledged: the bare disk", repetition);
        sync.add(&bare_cells(&disk::sync_costs(context.scratch(), SYNCS)?, 1));
        let echoes = echo::costs(ECHOES, BODY)?;
        round_trips.add(&bare_cells(&echoes, 1));
        for (rows, runs) in ROWS.into_iter().zip(&mut bare) {
            let costs = disk::insert_costs(context.scratch(), rows, BODY, context.load_time)?;
            runs.add(&bare_cells(&costs, rows));
            if rows == ROWS[0] {
                let (commit, echo) = (costs.percentile(50), echoes.percentile(50));
                let both = commit.zip(echo).map(|(commit, echo)| commit + echo);
                least.add(&[both.map(|both| 1e3 / both), both, None, None, None]);
            }
        }
        // The builds are measured right after each other, because the machine changes from one
        // minute to the next.
        for (index, in_flight) in IN_FLIGHT.into_iter().enumerate() {
            for build in rotated(&mut builds, repetition) {
                let name = build.program.name();
                let what = format!("acknowledged: {name}, {in_flight} in flight");
                context.repetition(&what, repetition);
                let sends = build
                    .senders
                    .measure(&build.server, in_flight, stop_after)?;
                build.runs[index].add(&cells(&sends));
            }
        }
    }
    let shown = |runs: &Runs| {
        let mut cells = runs.clone().cells();
        cells.truncate(3);
        cells.resize(COLUMNS.len(), Cell::Text(String::new()));
        cells
    };
    section.row("bare fdatasync of 4 KiB", shown(&sync));
    section.row("bare round trip over TCP", shown(&round_trips));
    for (rows, runs) in ROWS.into_iter().zip(&bare) {
        section.row(format!("bare SQLite, {rows} rows in a commit"), shown(runs));
    }
    for (index, in_flight) in IN_FLIGHT.into_iter().enumerate() {
        for build in &builds {
            let label = format!("{}, {in_flight} in flight", build.program.name());
            section.row(label, build.runs[index].clone().cells());
        }
        if let [present, before] = builds.as_slice() {
            let label = format!("madang ÷ before, {in_flight} in flight");
            let ratio = present.runs[index].ratio(&before.runs[index]);
            section.row(label, ratio.cells());
        }
    }
    for build in &builds {
        let (name, one) = (build.program.name(), &build.runs[0]);
        section.row(
            format!("{name}, 1 in flight ÷ bare SQLite, 1 row"),
            shown(&one.ratio(&bare[0])),
        );
        section.row(
            format!("{name}, 1 in flight ÷ bare SQLite, 1 row, and a bare round trip together"),
            shown(&one.ratio(&least)),
        );
    }
    section.row(
        "both of these together ÷ bare SQLite, 1 row",
        shown(&least.ratio(&bare[0])),
    );
    for build in builds {
        build.senders.note_endings(section);
        drop(build.senders);
        build.server.stop()?;
    }
    Ok(())
}

/// A running build of the server, and what was measured of it.
struct MeasuredBuild {
    program: Program,
    server: ServerProcess,
    senders: Senders,
    // For each number of sends in flight.
    runs: Vec<Runs>,
}

impl MeasuredBuild {
    fn start(context: &BenchContext, program: Program) -> Result<Self> {
        let server = ServerProcess::start(context, program)?;
        let mut senders = Senders::new(&server, super::senders::CONNECTIONS)?;
        // Warm up: commits are more expensive until the write-ahead log has its full size.
        senders.measure(&server, 1000, StopAfter::Time(context.load_time))?;
        Ok(MeasuredBuild {
            program,
            server,
            senders,
            runs: vec![Runs::new(COLUMNS.len()); IN_FLIGHT.len()],
        })
    }
}

/// The cells of a bare operation that does the work of `count` sends.
fn bare_cells(costs: &Sorted, count: usize) -> [Option<f64>; COLUMNS.len()] {
    let p50 = costs.percentile(50);
    let rate = p50.map(|p50| count as f64 * 1e3 / p50);
    [rate, p50, costs.percentile(99), None, None]
}

/// The cells of one measurement.
pub fn cells(sends: &SendResult) -> [Option<f64>; COLUMNS.len()] {
    let count = sends.waits.len();
    let waits = Sorted::millis(sends.waits.iter().copied());
    [
        Some(count as f64 / sends.took.as_secs_f64()),
        waits.percentile(50),
        waits.percentile(99),
        micros_each(sends.server, count),
        micros_each(sends.client, count),
    ]
}
