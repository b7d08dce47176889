//! People who return: each connects, says hello, and asks what is unread in all their rooms.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::dialect::Endpoint;
use super::pool::ConnectionPool;
use super::session::Guest;
use super::{connect, message};

/// The longest time until all have their answer.
const TIMEOUT: Duration = Duration::from_mins(3);

/// Connects all guests at the same time, and waits until each knows what is unread in `rooms`
/// rooms. Returns the time from the first connection until each of them knew it, ascending. The
/// connections stay open in the pool, and watch.
///
/// # Errors
/// When the server refuses one, or an answer does not come in time or has other rooms.
pub fn return_all(
    pool: &mut ConnectionPool,
    server: Endpoint,
    guests: &[Guest],
    rooms: usize,
) -> Result<Vec<Duration>> {
    let watch = message::watch_all(true);
    let started = Instant::now();
    for guest in guests {
        let connection = pool.connect(server.address, connect::NATIVE)?;
        let mut frames = Vec::new();
        for frame in [&message::hello(&guest.token), &watch] {
            server.dialect.append(frame, &mut frames)?;
        }
        pool.send(connection, &frames);
    }
    let mut waits = Vec::with_capacity(guests.len());
    let mut refusal = None;
    let all = pool.poll_until(started + TIMEOUT, &mut |received| {
        if message::is_answer(received.text, "heads") {
            let count = message::count_heads(received.text);
            if count != rooms {
                refusal = Some(format!("an answer with {count} rooms instead of {rooms}"));
            }
            waits.push(received.at - started);
        } else if message::is_type(received.text, "error") {
            refusal = Some(String::from_utf8_lossy(received.text).into_owned());
        }
        refusal.is_some() || waits.len() == guests.len()
    })?;
    let endings = pool.endings();
    ensure!(endings.is_empty(), "people were refused: {endings:?}");
    ensure!(refusal.is_none(), "people were refused: {refusal:?}");
    ensure!(all, "{} of {} people returned", waits.len(), guests.len());
    Ok(waits)
}
