//! What is unread in rooms.
//!
//! The sequence numbers of a room have no gap. So what counts follows from the last one and from
//! the index of the deleted messages, and no message is read: a room without deleted messages
//! costs the same for one message as for a million.

use rusqlite::{OptionalExtension, Transaction};
use shared::id::{Rev, RoomId, Seq};
use shared::model::UnreadHead;

use super::pool::QueryError;
use crate::store::LoadedHead;

/// Entries of the index of deleted messages that are read for one room. If so many of a room's
/// last messages are deleted, those before them do not count.
const MAX_DELETED: usize = 10_000;

/// The last message and revision of a room.
pub(super) const ROOM_HEAD: &str =
    "SELECT seq, rev FROM rooms_now WHERE id = ?1 AND removed_at IS NULL";

/// The deleted messages of a room, the newest first.
pub(super) const DELETED: &str = "SELECT seq FROM messages INDEXED BY messages_deleted
     WHERE room = ?1 AND deleted_at IS NOT NULL ORDER BY seq DESC LIMIT ?2";

/// The heads of rooms; those that do not exist, or are removed, are left out.
///
/// # Errors
/// SQLite's.
pub fn heads(snapshot: &Transaction<'_>, rooms: &[RoomId]) -> Result<Vec<LoadedHead>, QueryError> {
    let mut heads = Vec::with_capacity(rooms.len());
    for room in rooms {
        let found = snapshot
            .prepare_cached(ROOM_HEAD)?
            .query_row([room.0], |row| Ok((Seq(row.get(0)?), Rev(row.get(1)?))))
            .optional()?;
        if let Some((seq, rev)) = found {
            let head = UnreadHead {
                room: *room,
                seq,
                counted: counted(snapshot, *room, seq)?,
            };
            heads.push(LoadedHead { head, rev });
        }
    }
    Ok(heads)
}

/// The newest messages that are not deleted, as ranges.
fn counted(
    snapshot: &Transaction<'_>,
    room: RoomId,
    last: Seq,
) -> rusqlite::Result<Vec<(Seq, Seq)>> {
    let mut statement = snapshot.prepare_cached(DELETED)?;
    let deleted = statement
        .query_map((room.0, MAX_DELETED), |row| row.get::<_, i64>(0))?
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
    for (index, deleted) in deleted {
        let deleted = deleted?;
        more = add(deleted, end);
        if !more {
            break;
        }
        end = deleted - 1;
        is_complete = index + 1 < MAX_DELETED;
    }
    if more && is_complete {
        add(0, end);
    }
    counted.reverse();
    Ok(counted)
}
