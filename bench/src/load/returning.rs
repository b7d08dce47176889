//! Native clients that were there before: each knows a room up to a revision, comes back
//! and asks for what it missed.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::frame::ClientFrame;
use shared::id::{Epoch, Rev, RoomId};

use super::pool::Pool;
use super::{connect, say};

/// How long all may take to be current.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a client knows of a room.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The room.
    pub room: RoomId,
    /// The store's epoch then.
    pub epoch: Epoch,
    /// Up to where it is known.
    pub rev: Rev,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Returned {
    /// From the first connection until each was current, ascending.
    pub waits: Vec<Duration>,
    /// Messages that came.
    pub messages: usize,
}

/// Lets one client per token come back at once, and waits until all are current. The
/// connections stay open in the pool.
///
/// # Errors
/// When one is refused or does not become current in time.
pub fn come_back(
    pool: &mut Pool,
    address: SocketAddr,
    tokens: &[String],
    known: Known,
) -> Result<Returned> {
    let begun = Instant::now();
    for token in tokens {
        let line = pool.connect(address, connect::NATIVE)?;
        let (epoch, rev) = (Some(known.epoch), Rev::ZERO);
        let mut frames = Vec::new();
        for said in [
            say::hello(token),
            ClientFrame::Directory { epoch, rev },
            ClientFrame::Stream { epoch, rev },
            say::subscribe(known.room, epoch, known.rev),
        ] {
            say::native(&said, &mut frames)?;
        }
        pool.send(line, &frames);
    }
    let mut returned = Returned::default();
    let mut is_broken = false;
    let all = pool.turn_until(begun + PATIENCE, &mut |came| {
        if say::is_type(came.text, "changes") {
            returned.messages += say::count_marks(came.text);
            let number = |name| say::number_of(came.text, name);
            match (number("through"), number("head")) {
                (Some(through), Some(head)) if through < head => {
                    let next = say::subscribe(known.room, Some(known.epoch), Rev(through));
                    is_broken |= say::native(&next, came.answer).is_err();
                }
                (_, Some(_)) => returned.waits.push(came.at - begun),
                // It came live.
                _ => {}
            }
        } else if say::is_type(came.text, "reset") || say::is_type(came.text, "error") {
            is_broken = true;
        }
        is_broken || returned.waits.len() == tokens.len()
    })?;
    let endings = pool.endings();
    ensure!(endings.is_empty(), "clients were refused: {endings:?}");
    ensure!(!is_broken, "a client could not go on from where it was");
    ensure!(
        all,
        "{} of {} clients are current",
        returned.waits.len(),
        tokens.len()
    );
    Ok(returned)
}
