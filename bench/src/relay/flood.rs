//! Everybody talks at once, and nobody waits.

use std::time::{Duration, Instant};

use anyhow::Result;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::contender::{Contender, Table};
use super::note_endings;
use crate::context::Context;
use crate::load::member::{self, Protocol};
use crate::load::pool::{Line, Pool};
use crate::load::say::{self, Ids};
use crate::process::own_processor_time;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::Section;
use crate::stats::micros_each;

/// Who talks.
const CLIENTS: usize = 32;
/// How much each of them says in a round.
const MESSAGES: usize = 1600;
/// Rounds of a repetition, after one that is not counted.
const ROUNDS: usize = 3;
/// A round is over when nothing has come for so long: what is missing then is lost.
const QUIET: Duration = Duration::from_secs(5);
/// A round is over in any case after so long.
const PATIENCE: Duration = Duration::from_mins(1);

const COLUMNS: [&str; 6] = [
    "messages/s",
    "deliveries/s",
    "delivered %",
    "server µs/delivery",
    "client µs/delivery",
    "server µs/message",
];

/// Measures.
///
/// # Errors
/// When a server does not start or a client is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let contenders = Contender::all();
    let mut table = Table::new(context, section, &contenders, &[String::new()])?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            context.repetition(&format!("flood: {}", contender.name()), repetition);
            table.add(contender, 0, &repeat(context, section, contender)?);
        }
    }
    table.show(section, &[Program::Bun, Program::Limit]);
    section.note("to all others; plain axum, limit and the native protocol: to all, and on the last an acknowledgement of each");
    Ok(())
}

/// What the rounds of a repetition came to.
#[derive(Default)]
struct Sum {
    delivered: usize,
    // Readers that were told to ask again.
    resyncs: usize,
    time: Duration,
    server: Duration,
    client: Duration,
}

fn repeat(
    context: &Context,
    section: &mut Section,
    contender: Contender,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let mut pool = member::join(server.address(), contender.protocol, CLIENTS)?;
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

/// How many get a message.
fn readers(contender: Contender) -> usize {
    CLIENTS - usize::from(!contender.echoes())
}

fn round(
    server: &Server,
    pool: &mut Pool,
    contender: Contender,
    number: usize,
    sum: &mut Sum,
) -> Result<()> {
    let words: Result<Vec<_>> = (0..CLIENTS)
        .map(|client| words(contender.protocol, number, client))
        .collect();
    let words = words?;
    let expected = CLIENTS * MESSAGES * readers(contender);
    // A reader that fell behind follows again from then on; what it missed stays lost.
    let again = member::follow_lobby()?;
    let (mut delivered, mut resyncs) = (0, 0);
    let processor = server.processor()?;
    let own = own_processor_time();
    let begun = Instant::now();
    let mut last = begun;
    for (client, words) in words.iter().enumerate() {
        pool.send(Line(client), words);
    }
    while delivered < expected && last.elapsed() < QUIET && begun.elapsed() < PATIENCE {
        pool.turn(Duration::from_millis(100), &mut |came| {
            let marks = say::count_marks(came.text);
            if marks == 0 {
                if say::is_type(came.text, "resync") {
                    resyncs += 1;
                    came.answer.extend_from_slice(&again);
                }
            } else if !say::is_type(came.text, "reset") {
                delivered += marks;
                last = came.at;
            }
        })?;
    }
    sum.delivered += delivered;
    sum.resyncs += resyncs;
    sum.time += last - begun;
    sum.server += processor.spent()?;
    sum.client += own_processor_time().saturating_sub(own);
    Ok(())
}

/// All that one client says in a round, as frames.
fn words(protocol: Protocol, round: usize, client: usize) -> Result<Vec<u8>> {
    let ids = Ids::new(u32::try_from(round * CLIENTS + client)?);
    let user = format!("client {client}");
    let mut frames = Vec::new();
    for index in 0..MESSAGES {
        let body = format!("{}{index}", char::from(say::MARK));
        match protocol {
            Protocol::Simple => say::simple(&user, &body, &mut frames)?,
            Protocol::Native => {
                let said = ClientFrame::Send {
                    client_id: ids.id(u32::try_from(index)?),
                    room: RoomId::LOBBY,
                    body,
                };
                say::native(&said, &mut frames)?;
            }
        }
    }
    Ok(frames)
}
