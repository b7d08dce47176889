//! Epochs: how the store knows whether a client's revisions belong to its own past.
//!
//! Each start of the store begins an epoch. A stream (the directory, a room, a person's own)
//! stores at which revision an epoch first changed it. An earlier epoch therefore ends in a
//! stream one revision below the start of the next. A client that knows a later revision of
//! that epoch has seen changes that were lost, such as those made after a backup that was
//! restored.

use rusqlite::{Connection, OptionalExtension, params};
use shared::id::{Epoch, Micros, Rev};

use crate::store::ResumePoint;

/// The kinds of streams, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// The directory; its number is 0.
    Directory = 0,
    /// A room.
    Room = 1,
    /// A person's own stream.
    User = 2,
}

/// Begins the epoch of this start. Returns it with its ordinal among all epochs.
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

/// Stores that an epoch first changed a stream at `first_rev`.
pub fn start(
    connection: &Connection,
    kind: StreamKind,
    stream: i64,
    epoch_ordinal: i64,
    first_rev: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO epoch_starts (kind, stream, epoch, first_rev) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![kind as i64, stream, epoch_ordinal, first_rev])?;
    Ok(())
}

/// Whether what a client knows of a stream belongs to this store's own past. `head` is the
/// stream's last revision.
pub fn is_known(
    connection: &Connection,
    kind: StreamKind,
    stream: i64,
    known: ResumePoint,
    head: Rev,
) -> rusqlite::Result<bool> {
    let Some(epoch) = known.epoch else {
        return Ok(false);
    };
    if known.rev <= Rev::ZERO || known.rev > head {
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
    Ok(next_start.is_none_or(|start| known.rev.0 < start))
}
