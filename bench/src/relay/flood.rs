//! Flood: all clients send at once, without waiting.

use std::time::{Duration, Instant};

use anyhow::Result;
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::contender::{ComparisonTable, Contender};
use super::note_endings;
use crate::context::BenchContext;
use crate::load::lobby_member::{self, Protocol};
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::ConnectionId;
use crate::process::own_processor_time;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::Section;
use crate::stats::micros_each;

/// The number of clients.
const CLIENTS: usize = 32;
/// Messages of each client in a round.
const MESSAGES: usize = 1600;
/// Rounds in a repetition, after a warm-up round that is not counted.
const ROUNDS: usize = 3;
/// A round ends when nothing has arrived for this time; what is missing then is lost.
const QUIET: Duration = Duration::from_secs(5);
/// The longest time for a round.
const TIMEOUT: Duration = Duration::from_mins(1);

const COLUMNS: [&str; 6] = [
    "messages/s",
    "deliveries/s",
    "delivered %",
    "server µs/delivery",
    "client µs/delivery",
    "server µs/message",
];

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a client is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let contenders = Contender::all();
    let mut table = ComparisonTable::new(context, section, &contenders, &[String::new()])?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(&format!("flood: {}", contender.name()), repetition);
            table.add(contender, 0, &repeat(context, section, contender)?);
        }
    }
    table.show(section, &[Program::Bun, Program::Limit]);
    section.note("delivered to all others; by plain axum, limit and the native protocol to the sender as well, and by the last with an acknowledgement of each");
    Ok(())
}

/// The sums over the rounds of a repetition.
#[derive(Default)]
struct Sum {
    delivered: usize,
    // How many times a client received `resync`.
    resyncs: usize,
    time: Duration,
    server: Duration,
    client: Duration,
}

fn repeat(
    context: &BenchContext,
    section: &mut Section,
    contender: Contender,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut pool = lobby_member::join(server.endpoint(), contender.protocol, CLIENTS)?;
    let mut sum = Sum::default();
    round(&server, &mut pool, contender, 0, &mut Sum::default())?;
    for number in 1..=ROUNDS {
        round(&server, &mut pool, contender, number, &mut sum)?;
    }
    note_endings(section, &contender.name(), &pool);
    if sum.resyncs > 0 {
        let resyncs = sum.resyncs;
        section.note(format!(
            "{}: a repetition with {resyncs} resyncs",
            contender.name()
        ));
    }
    drop(pool);
    server.stop()?;
    let messages = ROUNDS * CLIENTS * MESSAGES;
    let seconds = sum.time.as_secs_f64();
    let share = sum.delivered as f64 / (messages * readers(contender)) as f64;
    Ok([
        Some(messages as f64 / seconds),
        Some(sum.delivered as f64 / seconds),
        Some(100.0 * share),
        micros_each(sum.server, sum.delivered),
        micros_each(sum.client, sum.delivered),
        micros_each(sum.server, messages),
    ])
}

/// The number of clients that receive a message.
fn readers(contender: Contender) -> usize {
    CLIENTS - usize::from(!contender.echoes())
}

fn round(
    server: &ServerProcess,
    pool: &mut ConnectionPool,
    contender: Contender,
    number: usize,
    sum: &mut Sum,
) -> Result<()> {
    let frames: Result<Vec<_>> = (0..CLIENTS)
        .map(|client| frames(contender.protocol, number, client))
        .collect();
    let frames = frames?;
    let expected = CLIENTS * MESSAGES * readers(contender);
    // What a client sends after a `resync`. What it missed is not asked for.
    let resubscribe = lobby_member::lobby_subscriptions(server.endpoint().dialect)?;
    let (mut delivered, mut resyncs) = (0, 0);
    let cpu_meter = server.cpu_meter()?;
    let own = own_processor_time();
    let started = Instant::now();
    let mut last = started;
    for (client, frames) in frames.iter().enumerate() {
        pool.send(ConnectionId(client), frames);
    }
    while delivered < expected && last.elapsed() < QUIET && started.elapsed() < TIMEOUT {
        pool.poll_once(Duration::from_millis(100), &mut |received| {
            let marks = message::count_marks(received.text);
            if marks == 0 {
                if message::is_type(received.text, "resync") {
                    resyncs += 1;
                    received.answer.extend_from_slice(&resubscribe);
                }
            } else if !message::is_type(received.text, "reset") {
                delivered += marks;
                last = received.at;
            }
        })?;
    }
    sum.delivered += delivered;
    sum.resyncs += resyncs;
    sum.time += last - started;
    sum.server += cpu_meter.spent()?;
    sum.client += own_processor_time().saturating_sub(own);
    Ok(())
}

/// All frames that one client sends in a round.
fn frames(protocol: Protocol, round: usize, client: usize) -> Result<Vec<u8>> {
    let ids = ClientIds::new(u32::try_from(round * CLIENTS + client)?);
    let user = format!("client {client}");
    let mut frames = Vec::new();
    for index in 0..MESSAGES {
        let body = format!("{}{index}", char::from(message::MARK));
        match protocol {
            Protocol::Simple => message::append_simple(&user, &body, &mut frames)?,
            Protocol::Native => {
                let command = ClientFrame::command(
                    ids.id(u32::try_from(index)?),
                    Command::Send {
                        room: RoomId::LOBBY,
                        body,
                    },
                );
                message::append_native(&command, &mut frames)?;
            }
        }
    }
    Ok(frames)
}
