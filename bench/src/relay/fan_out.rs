//! One room: every message goes to every member.

use std::time::{Duration, Instant};

use anyhow::Result;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::{BODY, note_endings};
use crate::context::Context;
use crate::load::member::{self, Protocol};
use crate::load::pool::{Line, Pool};
use crate::load::say::{self, Clock, Ids};
use crate::process::own_processor_time;
use crate::process::server::Server;
use crate::report::{Runs, Section};
use crate::stats::{Sorted, micros_each};

/// Members, and messages per second.
const ROOMS: &[(usize, &[u32])] = &[(100, &[100, 1000]), (1000, &[10, 50, 100, 500])];
/// How long deliveries may lag behind the last message.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who writes.
const WRITER: &str = "writer";

const COLUMNS: [&str; 6] = [
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
    for protocol in [Protocol::Simple, Protocol::Native] {
        for (members, rates) in ROOMS {
            room(context, section, protocol, *members, rates)?;
        }
    }
    Ok(())
}

fn room(
    context: &Context,
    section: &mut Section,
    protocol: Protocol,
    members: usize,
    rates: &[u32],
) -> Result<()> {
    let server = Server::start(context)?;
    let label = |rate: u32| format!("{}, {members} members, {rate}/s", protocol.name());
    context.progress(&format!("fan-out: {members} members come in"));
    let mut load = Load::new(&server, protocol, members)?;
    let mut runs = vec![Runs::new(COLUMNS.len()); rates.len()];
    // Rates alternate, so that a slow moment of the machine is not one rate's alone.
    for repetition in 0..context.repetitions {
        for (rate, runs) in rates.iter().zip(&mut runs) {
            context.repetition(&format!("fan-out: {}", label(*rate)), repetition);
            runs.add(&load.measure(&server, *rate, context.load_time, section)?);
        }
    }
    for (rate, runs) in rates.iter().zip(runs) {
        section.row(label(*rate), runs.cells());
    }
    note_endings(section, protocol.name(), &load.pool);
    drop(load);
    server.stop()
}

struct Load {
    pool: Pool,
    writer: Line,
    protocol: Protocol,
    members: usize,
    ids: Ids,
    sent: u32,
    frame: Vec<u8>,
    // What a reader says that fell behind; what it missed stays lost.
    again: Vec<u8>,
}

/// What came of one measure.
#[derive(Default)]
struct Received {
    // Send to receipt.
    waits: Vec<Duration>,
    last: Option<Instant>,
    resyncs: usize,
}

impl Load {
    fn new(server: &Server, protocol: Protocol, members: usize) -> Result<Self> {
        let mut pool = member::join(server.address(), protocol, members)?;
        let writer = member::add_writer(&mut pool, server.address(), protocol, WRITER)?;
        Ok(Load {
            pool,
            writer,
            protocol,
            members,
            ids: Ids::new(0),
            sent: 0,
            frame: Vec::new(),
            again: member::follow_lobby()?,
        })
    }

    /// Sends at this rate, whatever comes back when, and waits for the last delivery.
    fn measure(
        &mut self,
        server: &Server,
        rate: u32,
        time: Duration,
        section: &mut Section,
    ) -> Result<[Option<f64>; COLUMNS.len()]> {
        let count = rate.saturating_mul(u32::try_from(time.as_secs())?);
        let expected = self.members * usize::try_from(count)?;
        let step = Duration::from_secs(1) / rate;
        let clock = Clock::start();
        let mut received = Received::default();
        let processor = server.processor()?;
        let own = own_processor_time();
        let begun = Instant::now();
        for index in 0..count {
            let due = begun + step * index;
            while let Some(left) = time_until(due) {
                self.turn(left, clock, &mut received)?;
            }
            self.say(clock)?;
        }
        let due = Instant::now() + PATIENCE;
        while received.waits.len() < expected
            && let Some(left) = time_until(due)
        {
            self.turn(left, clock, &mut received)?;
        }
        let (spent, own) = (processor.spent()?, own_processor_time().saturating_sub(own));
        if received.resyncs > 0 {
            let (name, members) = (self.protocol.name(), self.members);
            section.note(format!(
                "{name}, {members} members, {rate}/s: a run with {} resyncs",
                received.resyncs
            ));
        }
        let delivered = received.waits.len();
        let took = received.last.map(|last| last - begun);
        let waits = Sorted::millis(received.waits);
        Ok([
            took.map(|took| delivered as f64 / took.as_secs_f64()),
            Some(100.0 * delivered as f64 / expected as f64),
            waits.percentile(50),
            waits.percentile(99),
            micros_each(spent, delivered),
            micros_each(own, delivered),
        ])
    }

    /// One message whose mark is the time of its sending.
    fn say(&mut self, clock: Clock) -> Result<()> {
        self.frame.clear();
        let body = say::marked(clock.number(Instant::now()), BODY);
        match self.protocol {
            Protocol::Simple => say::simple(WRITER, &body, &mut self.frame)?,
            Protocol::Native => {
                let said = ClientFrame::Send {
                    client_id: self.ids.id(self.sent),
                    room: RoomId::LOBBY,
                    body,
                };
                say::native(&said, &mut self.frame)?;
            }
        }
        self.sent += 1;
        self.pool.send(self.writer, &self.frame);
        Ok(())
    }

    fn turn(&mut self, wait: Duration, clock: Clock, received: &mut Received) -> Result<()> {
        let writer = self.writer;
        self.pool.turn(wait, &mut |came| {
            if say::is_type(came.text, "resync") {
                received.resyncs += 1;
                came.answer.extend_from_slice(&self.again);
            }
            if came.line == writer || say::is_type(came.text, "reset") {
                return;
            }
            for number in say::marks(came.text) {
                received.waits.push(clock.since(number, came.at));
                received.last = Some(came.at);
            }
        })
    }
}

fn time_until(due: Instant) -> Option<Duration> {
    let left = due.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}
