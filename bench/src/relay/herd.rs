//! Very many come at once, while others talk.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::contender::{Contender, Table, in_turn};
use super::crowd::Crowd;
use super::room::Room;
use crate::context::Context;
use crate::load::member::Protocol;
use crate::load::pool::Pool;
use crate::load::returning::{self, Returned};
use crate::load::session;
use crate::report::Section;
use crate::stats::Sorted;

/// Those who come.
const HERD: usize = 10_000;
/// Those who talk in another room meanwhile, and how often.
const MEMBERS: usize = 100;
const RATE: u32 = 100;
/// How long the talk lasts: from before the herd to after it.
const TALK: Duration = Duration::from_secs(6);

/// Where the herd goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Herd {
    None,
    Elsewhere,
    Here,
}

const HERDS: [(Herd, &str); 3] = [
    (Herd::None, "without the herd"),
    (Herd::Elsewhere, "while it connects to the bare program"),
    (Herd::Here, "with it"),
];

const COLUMNS: [&str; 5] = [
    "all served after s",
    "half after s",
    "others' delivered %",
    "others' p50 ms",
    "others' p99 ms",
];

/// Measures.
///
/// # Errors
/// When a server does not start or a client is refused.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let what = HERDS.map(|(_, what)| what.to_owned());
    let mut table = Table::new(
        context,
        section,
        &[Contender::NATIVE, Contender::OURS[3]],
        &what,
    )?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            for (index, (herd, what)) in in_turn(HERDS.into_iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("herd: {name}, {what}"), repetition);
                table.add(contender, index, &measure(context, contender, herd)?);
            }
        }
    }
    table.show_growth(section);
    section.note(format!(
        "{HERD} connect, say hello and subscribe to a quiet room that they know; \
         {MEMBERS} others hear {RATE} messages per second in another; \
         the second row shows what so many handshakes alone do to everyone on this machine"
    ));
    Ok(())
}

/// Has the herd connect, and no more.
fn knock(pool: &mut Pool, address: SocketAddr) -> Result<()> {
    for _ in 0..HERD {
        pool.connect(address, Protocol::Simple.path())?;
    }
    pool.shake_hands(0)
}

fn measure(
    context: &Context,
    contender: Contender,
    herd: Herd,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let room = Room::create(server.address(), "quiet")?;
    let known = room.known();
    let tokens = session::guests(server.address(), HERD)?;
    let mut crowd = Crowd::join(&server, contender, MEMBERS, 1)?;
    let elsewhere = Contender::LIMIT.start(context)?;
    let (others, herd) = thread::scope(|scope| {
        let herd = (herd != Herd::None).then(|| {
            scope.spawn(|| {
                let mut pool = Pool::new()?;
                let came = if herd == Herd::Elsewhere {
                    knock(&mut pool, elsewhere.address())?;
                    Returned::default()
                } else {
                    returning::come_back(&mut pool, server.address(), &tokens, known)?
                };
                // They stay: how they go is not what is measured.
                Ok::<_, anyhow::Error>((came, pool))
            })
        });
        let others = crowd.measure(&server, RATE, TALK)?;
        let herd = herd.map(|herd| herd.join().map_err(|_| anyhow!("the herd panicked")));
        let herd = herd.transpose()?.transpose()?;
        Ok::<_, anyhow::Error>((others, herd.map(|(came, _pool)| came)))
    })?;
    drop(crowd);
    elsewhere.stop()?;
    server.stop()?;
    let came = Sorted::millis(herd.into_iter().flat_map(|herd| herd.waits));
    let seconds = |millis: Option<f64>| millis.map(|millis| millis / 1e3);
    let waits = Sorted::millis(others.waits.iter().copied());
    Ok([
        seconds(came.max()),
        seconds(came.median()),
        Some(100.0 * others.delivered() as f64 / others.expected as f64),
        waits.percentile(50),
        waits.percentile(99),
    ])
}
