//! What is unread in rooms.
//!
//! The sequence numbers of a room have no gap. So what counts follows from the last one and from
//! the index of what does not count, deleted messages and lines about the room, and no message is
//! read: a room in which all count costs the same for one message as for a million.

use rusqlite::{OptionalExtension, Transaction};
use shared::id::{Micros, Rev, RoomId, Seq};
use shared::model::UnreadHead;

use super::pool::QueryError;
use crate::store::LoadedHead;

/// Entries of the index of what does not count that are read for one room. If so many of a room's
/// last messages do not count, none before them does.
const MAX_UNCOUNTED: usize = 10_000;

/// The last message and revision of a room, and the revision of its own state.
pub(super) const ROOM_HEAD: &str =
    "SELECT seq, rev, info_rev FROM rooms_now WHERE id = ?1 AND removed_at IS NULL";

/// When a message was posted.
const POSTED_AT: &str = "SELECT posted_at FROM messages WHERE room = ?1 AND seq = ?2";

/// The deleted messages of a room and the lines about it, the newest first.
pub(super) const UNCOUNTED: &str = "SELECT seq FROM messages INDEXED BY messages_uncounted
     WHERE room = ?1 AND (deleted_at IS NOT NULL OR event IS NOT NULL)
     ORDER BY seq DESC LIMIT ?2";

/// The heads of rooms; those that do not exist, or are removed, are left out.
///
/// # Errors
/// SQLite's.
pub fn heads(snapshot: &Transaction<'_>, rooms: &[RoomId]) -> Result<Vec<LoadedHead>, QueryError> {
    let mut heads = Vec::with_capacity(rooms.len());
    for room in rooms {
        let found = snapshot
            .prepare_cached(ROOM_HEAD)?
            .query_row([room.0], |row| {
                Ok((Seq(row.get(0)?), Rev(row.get(1)?), Rev(row.get(2)?)))
            })
            .optional()?;
        if let Some((seq, rev, room_rev)) = found {
            let head = UnreadHead {
                room: *room,
                seq,
                at: posted_at(snapshot, *room, seq)?,
                room_rev,
                counted: counted(snapshot, *room, seq)?,
            };
            heads.push(LoadedHead { head, rev });
        }
    }
    Ok(heads)
}

/// When a message was posted; none if it does not exist.
fn posted_at(
    snapshot: &Transaction<'_>,
    room: RoomId,
    seq: Seq,
) -> rusqlite::Result<Option<Micros>> {
    let mut statement = snapshot.prepare_cached(POSTED_AT)?;
    let found = statement.query_row((room.0, seq.0), |row| row.get(0).map(Micros));
    found.optional()
}

/// The newest messages that count, as ranges.
fn counted(
    snapshot: &Transaction<'_>,
    room: RoomId,
    last: Seq,
) -> rusqlite::Result<Vec<(Seq, Seq)>> {
    let mut statement = snapshot.prepare_cached(UNCOUNTED)?;
    let uncounted = statement
        .query_map((room.0, MAX_UNCOUNTED), |row| row.get::<_, i64>(0))?
        .enumerate();
    let mut left = i64::try_from(UnreadHead::MAX_COUNTED).unwrap_or(i64::MAX);
    let (mut counted, mut end) = (Vec::new(), last.0);
    let mut add = |after: i64, end: i64| {
        let first = (after + 1).max(end - left + 1);
        if first <= end {
            counted.push((Seq(first), Seq(end)));
            left -= end - first + 1;
        }
        left > 0
    };
    let mut more = true;
    let mut is_complete = true;
    for (index, uncounted) in uncounted {
        let uncounted = uncounted?;
        more = add(uncounted, end);
        if !more {
            break;
        }
        end = uncounted - 1;
        is_complete = index + 1 < MAX_UNCOUNTED;
    }
    if more && is_complete {
        add(0, end);
    }
    counted.reverse();
    Ok(counted)
}
