//! Thundering herd: very many clients connect at once, while others talk.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::bench_room::BenchRoom;
use super::contender::{ComparisonTable, Contender, rotated};
use super::lobby_load::LobbyLoad;
use crate::context::BenchContext;
use crate::load::lobby_member::Protocol;
use crate::load::pool::ConnectionPool;
use crate::load::resuming::{self, ResumeResult};
use crate::load::session;
use crate::report::Section;
use crate::stats::Sorted;

/// Clients that connect at once.
const HERD: usize = 10_000;
/// Members of another room, and the messages per second that they receive meanwhile.
const MEMBERS: usize = 100;
const RATE: u32 = 100;
/// How long the others talk: from before the herd connects until after it.
const TALK: Duration = Duration::from_secs(6);

/// Where the herd connects to.
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

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or a client is refused.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = COLUMNS.to_vec();
    let what = HERDS.map(|(_, what)| what.to_owned());
    let mut table = ComparisonTable::new(
        context,
        section,
        &[Contender::NATIVE, Contender::OURS[3]],
        &what,
    )?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            for (index, (herd, what)) in rotated(HERDS.into_iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("herd: {name}, {what}"), repetition);
                table.add(contender, index, &measure(context, contender, herd)?);
            }
        }
    }
    table.show_growth(section);
    section.note(format!(
        "{HERD} connect, say hello and subscribe to a quiet room that they know; \
         {MEMBERS} others receive {RATE} messages per second in another; \
         the second row shows what so many handshakes alone do to everyone on this machine"
    ));
    Ok(())
}

/// Only connects the herd.
fn connect_all(pool: &mut ConnectionPool, address: SocketAddr) -> Result<()> {
    for _ in 0..HERD {
        pool.connect(address, Protocol::Simple.path())?;
    }
    pool.finish_handshakes(0)
}

fn measure(
    context: &BenchContext,
    contender: Contender,
    herd: Herd,
) -> Result<[Option<f64>; COLUMNS.len()]> {
    let server = contender.start(context)?;
    let room = BenchRoom::create(server.endpoint(), "quiet")?;
    let known = room.known();
    let guests = session::create_guests(server.address(), HERD)?;
    let mut load = LobbyLoad::join(&server, contender, MEMBERS, 1)?;
    let elsewhere = Contender::LIMIT.start(context)?;
    let (others, herd) = thread::scope(|scope| {
        let herd = (herd != Herd::None).then(|| {
            scope.spawn(|| {
                let mut pool = ConnectionPool::new()?;
                let resumed = if herd == Herd::Elsewhere {
                    connect_all(&mut pool, elsewhere.address())?;
                    ResumeResult::default()
                } else {
                    resuming::resume_all(&mut pool, server.endpoint(), &guests, known)?
                };
                // The connections stay open: closing them is not measured.
                Ok::<_, anyhow::Error>((resumed, pool))
            })
        });
        let others = load.measure(&server, RATE, TALK)?;
        let herd = herd.map(|herd| herd.join().map_err(|_| anyhow!("the herd panicked")));
        let herd = herd.transpose()?.transpose()?;
        Ok::<_, anyhow::Error>((others, herd.map(|(resumed, _pool)| resumed)))
    })?;
    drop(load);
    elsewhere.stop()?;
    server.stop()?;
    let resumed = Sorted::millis(herd.into_iter().flat_map(|herd| herd.waits));
    let seconds = |millis: Option<f64>| millis.map(|millis| millis / 1e3);
    let waits = Sorted::millis(others.waits.iter().copied());
    Ok([
        seconds(resumed.max()),
        seconds(resumed.median()),
        Some(100.0 * others.delivered() as f64 / others.expected as f64),
        waits.percentile(50),
        waits.percentile(99),
    ])
}
