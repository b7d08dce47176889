//! Native clients that return: each knows a room up to a revision, connects, and asks for what
//! it missed.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::{Epoch, Rev, RoomId};
use shared::stream::StreamKey;

use super::dialect::Endpoint;
use super::pool::ConnectionPool;
use super::session::Guest;
use super::{connect, message};

/// The longest time until all are current.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Up to which revision a client knows a room.
#[derive(Clone, Copy, Debug)]
pub struct KnownRevision {
    /// The room.
    pub room: RoomId,
    /// The epoch of the revision.
    pub epoch: Epoch,
    /// The revision.
    pub rev: Rev,
}

/// The result of [`resume_all`].
#[derive(Debug, Default)]
pub struct ResumeResult {
    /// For each client, the time from the first connection until it was current, ascending.
    pub waits: Vec<Duration>,
    /// The messages that all clients received.
    pub messages: usize,
}

/// Connects one client for each guest, all at the same time, and waits until all are current.
/// The connections stay open in the pool.
///
/// # Errors
/// When the server refuses one, or one does not become current in time.
pub fn resume_all(
    pool: &mut ConnectionPool,
    server: Endpoint,
    guests: &[Guest],
    known: KnownRevision,
) -> Result<ResumeResult> {
    let started = Instant::now();
    let (dialect, epoch) = (server.dialect, Some(known.epoch));
    let room = StreamKey::Room(known.room);
    for guest in guests {
        let connection = pool.connect(server.address, connect::NATIVE)?;
        let mut frames = Vec::new();
        for frame in [
            message::hello(&guest.token),
            message::subscribe(StreamKey::Directory, epoch, Rev::ZERO),
            message::subscribe(StreamKey::Own, epoch, Rev::ZERO),
            message::subscribe(room, epoch, known.rev),
        ] {
            dialect.append(&frame, &mut frames)?;
        }
        pool.send(connection, &frames);
    }
    let mut result = ResumeResult::default();
    let mut cannot_resume = false;
    let all = pool.poll_until(started + TIMEOUT, &mut |received| {
        if dialect.is_room_changes(received.text) {
            result.messages += message::count_marks(received.text);
            let number = |name| message::number_of(received.text, name);
            match (number("through"), number("head")) {
                (Some(through), Some(head)) if through < head => {
                    let next = message::subscribe(room, epoch, Rev(through));
                    cannot_resume |= dialect.append(&next, received.answer).is_err();
                }
                (_, Some(_)) => result.waits.push(received.at - started),
                // A live frame.
                _ => {}
            }
        } else if message::is_type(received.text, "reset")
            || message::is_type(received.text, "error")
        {
            cannot_resume = true;
        }
        cannot_resume || result.waits.len() == guests.len()
    })?;
    let endings = pool.endings();
    ensure!(endings.is_empty(), "clients were refused: {endings:?}");
    ensure!(
        !cannot_resume,
        "a client could not resume from its revision"
    );
    ensure!(
        all,
        "{} of {} clients are current",
        result.waits.len(),
        guests.len()
    );
    Ok(result)
}
