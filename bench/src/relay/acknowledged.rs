//! Sends that are stored durably and said to be: how many in a second, and how long one
//! waits, beside what the disk alone costs.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::{BODY, note_endings};
use crate::context::Context;
use crate::disk;
use crate::load::member::{self, Protocol};
use crate::load::pool::{Line, Pool, Received};
use crate::load::say::{self, Ids};
use crate::process::own_processor_time;
use crate::process::server::Server;
use crate::report::{Cell, Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Sends without an answer, in all.
const IN_FLIGHT: [usize; 4] = [1, 16, 100, 1000];
/// Connections at most, each with a room of its own.
const CONNECTIONS: usize = 16;
/// How often the bare disk is asked in a repetition.
const SYNCS: usize = 200;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

const COLUMNS: [&str; 5] = [
    "per second",
    "p50 ms",
    "p99 ms",
    "server µs/send",
    "client µs/send",
];

/// Measures.
///
/// # Errors
/// When a server does not start, or refuses or forgets a send.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let server = Server::start(context)?;
    let mut load = Load::new(&server)?;
    // The log grows to its full size once; only then does a commit cost what it does later.
    load.measure(&server, 1000, context.load_time)?;
    let mut bare = Runs::new(3);
    let mut runs = vec![Runs::new(COLUMNS.len()); IN_FLIGHT.len()];
    for repetition in 0..context.repetitions {
        context.repetition("acknowledged: the bare disk", repetition);
        let costs = disk::sync_costs(context.scratch(), SYNCS)?;
        let p50 = costs.percentile(50);
        bare.add(&[p50.map(|p50| 1e3 / p50), p50, costs.percentile(99)]);
        for (in_flight, runs) in IN_FLIGHT.iter().zip(&mut runs) {
            context.repetition(&format!("acknowledged: {in_flight} in flight"), repetition);
            runs.add(&load.measure(&server, *in_flight, context.load_time)?);
        }
    }
    let mut cells = bare.cells();
    cells.resize(COLUMNS.len(), Cell::Text(String::new()));
    section.row("bare fdatasync of 4 KiB", cells);
    for (in_flight, runs) in IN_FLIGHT.iter().zip(runs) {
        section.row(format!("{in_flight} in flight"), runs.cells());
    }
    note_endings(section, "native", &load.pool);
    drop(load);
    server.stop()
}

struct Load {
    pool: Pool,
    writers: Vec<Writer>,
}

/// One connection's sends.
struct Writer {
    line: Line,
    room: RoomId,
    ids: Ids,
    next: u32,
    body: String,
    // When each send left, by its number; numbers count through all measures.
    left: Vec<Instant>,
}

/// What came of one measure.
#[derive(Default)]
struct Answered {
    waits: Vec<Duration>,
    refused: usize,
    last: Option<Instant>,
}

impl Load {
    fn new(server: &Server) -> Result<Self> {
        let mut pool = Pool::new()?;
        let mut writers = Vec::new();
        for number in 0..CONNECTIONS {
            let name = format!("writer {number}");
            let line = member::add_writer(&mut pool, server.address(), Protocol::Native, &name)?;
            let ids = Ids::new(u32::try_from(number)?);
            let room = create_room(&mut pool, line, number)?;
            writers.push(Writer {
                line,
                room,
                ids,
                next: 0,
                body: say::marked(0, BODY),
                left: Vec::new(),
            });
        }
        Ok(Load { pool, writers })
    }

    /// Keeps so many sends in flight for some time, then waits for the last answers.
    fn measure(
        &mut self,
        server: &Server,
        in_flight: usize,
        time: Duration,
    ) -> Result<[Option<f64>; COLUMNS.len()]> {
        let used = in_flight.min(CONNECTIONS);
        let mut answered = Answered::default();
        let processor = server.processor()?;
        let own = own_processor_time();
        let begun = Instant::now();
        let mut frames = Vec::new();
        for index in 0..used {
            // The first ones take what does not divide evenly.
            let share = in_flight / used + usize::from(index < in_flight % used);
            frames.clear();
            for _ in 0..share {
                self.writers[index].say(&mut frames);
            }
            self.pool.send(self.writers[index].line, &frames);
        }
        let (end, mut waiting) = (begun + time, in_flight);
        while waiting > 0 && Instant::now() < end + PATIENCE {
            let writers = &mut self.writers;
            self.pool.turn(Duration::from_millis(100), &mut |came| {
                if writers[came.line.0].hear(&came, &mut answered) {
                    if came.at < end {
                        writers[came.line.0].say(came.answer);
                    } else {
                        waiting -= 1;
                    }
                }
            })?;
        }
        let (spent, own) = (processor.spent()?, own_processor_time().saturating_sub(own));
        ensure!(answered.refused == 0, "{} sends refused", answered.refused);
        ensure!(waiting == 0, "{waiting} sends had no answer");
        let count = answered.waits.len();
        let took = answered.last.map(|last| last - begun);
        let waits = Sorted::millis(answered.waits);
        Ok([
            took.map(|took| count as f64 / took.as_secs_f64()),
            waits.percentile(50),
            waits.percentile(99),
            micros_each(spent, count),
            micros_each(own, count),
        ])
    }
}

impl Writer {
    /// Appends one send.
    fn say(&mut self, frames: &mut Vec<u8>) {
        let said = ClientFrame::Send {
            client_id: self.ids.id(self.next),
            room: self.room,
            body: self.body.clone(),
        };
        // These types always have a JSON form; without it no answer comes, which is noticed.
        if say::native(&said, frames).is_ok() {
            self.next += 1;
            self.left.push(Instant::now());
        }
    }

    /// Takes an answer; says whether it was one to a send.
    fn hear(&self, came: &Received<'_>, answered: &mut Answered) -> bool {
        let Some(number) = Ids::number(came.text) else {
            return false;
        };
        if say::is_type(came.text, "ack") {
            let left = usize::try_from(number).ok().and_then(|n| self.left.get(n));
            answered.waits.extend(left.map(|left| came.at - *left));
        } else {
            answered.refused += 1;
        }
        answered.last = Some(came.at);
        true
    }
}

/// A room for one writer; gives its id.
fn create_room(pool: &mut Pool, line: Line, number: usize) -> Result<RoomId> {
    let mut frame = Vec::new();
    let said = ClientFrame::CreateRoom {
        client_id: Ids::new(u32::MAX).id(u32::try_from(number)?),
        name: format!("room {number}"),
        topic: String::new(),
    };
    say::native(&said, &mut frame)?;
    pool.send(line, &frame);
    let mut room = None;
    pool.turn_until(Instant::now() + PATIENCE, &mut |came| {
        if say::is_type(came.text, "ack") {
            room = say::room_of(came.text);
        }
        room.is_some()
    })?;
    room.ok_or_else(|| anyhow::anyhow!("the room was not made"))
}
