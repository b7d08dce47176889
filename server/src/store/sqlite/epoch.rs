//! Epochs: how a store knows whether a client's revisions are its own past.
//!
//! Each start opens one. A stream (the directory, a room, a person's own) remembers
//! at which revision an epoch first changed it, so that the end of each earlier epoch
//! in it is known: one below the start of the next. A client that saw more than that
//! saw a life of the store that was lost, such as one after a backup.

use rusqlite::{Connection, OptionalExtension, params};
use shared::id::{Epoch, Micros, Rev};

use crate::store::Seen;

/// Which kind of stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The directory; its number is 0.
    Directory = 0,
    /// A room.
    Room = 1,
    /// A person's own stream.
    User = 2,
}

/// Opens the epoch of this start; returns it with its place among all epochs.
pub fn begin(connection: &mut Connection, now: Micros) -> rusqlite::Result<(Epoch, i64)> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let epoch = Epoch::new(random);
    connection.execute(
        "INSERT INTO epochs (id, started_at) VALUES (?1, ?2)",
        params![epoch.0.as_bytes(), now.0],
    )?;
    Ok((epoch, connection.last_insert_rowid()))
}

/// Remembers that `epoch` first changed a stream at `first_rev`.
pub fn start(
    connection: &Connection,
    kind: Kind,
    stream: i64,
    epoch: i64,
    first_rev: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO epoch_starts (kind, stream, epoch, first_rev) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![kind as i64, stream, epoch, first_rev])?;
    Ok(())
}

/// Whether what a client saw is part of this store's own past, given the stream's
/// present revision.
pub fn knows(
    connection: &Connection,
    kind: Kind,
    stream: i64,
    seen: Seen,
    head: Rev,
) -> rusqlite::Result<bool> {
    let Some(epoch) = seen.epoch else {
        return Ok(false);
    };
    if seen.rev <= Rev::ZERO || seen.rev > head {
        return Ok(false);
    }
    let ordinal: Option<i64> = connection
        .prepare_cached("SELECT ordinal FROM epochs WHERE id = ?1")?
        .query_row([epoch.0.as_bytes()], |row| row.get(0))
        .optional()?;
    let Some(ordinal) = ordinal else {
        return Ok(false);
    };
    let next_start: Option<i64> = connection
        .prepare_cached(
            "SELECT min(first_rev) FROM epoch_starts WHERE kind = ?1 AND stream = ?2 AND epoch > ?3",
        )?
        .query_row(params![kind as i64, stream, ordinal], |row| row.get(0))?;
    Ok(next_start.is_none_or(|start| seen.rev.0 < start))
}
