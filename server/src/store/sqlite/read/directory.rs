//! What changed in the directory above a revision: public rooms, and people's new names.
//!
//! A guest of one room has a directory with no more than that room, and always gets it whole.

use rusqlite::{Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId};
use shared::stream::{Item, StreamKey};

use super::changes::{self, Range, SourcePage};
use super::pool::QueryError;
use super::visibility;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;
use crate::store::{ResumePoint, StreamChanges, Viewer};

/// A page of at most `limit` changes.
///
/// # Errors
/// SQLite's.
pub fn changes(
    snapshot: &Transaction<'_>,
    known: ResumePoint,
    limit: usize,
) -> Result<StreamChanges, QueryError> {
    let (head, floor) = snapshot
        .prepare_cached("SELECT rev, floor FROM directory")?
        .query_row([], |row| Ok((Rev(row.get(0)?), Rev(row.get(1)?))))?;
    // Rooms that were removed below the floor have no row any more. A client that knows less
    // gets everything.
    let is_known =
        known.rev >= floor && epoch::is_known(snapshot, StreamKind::Directory, 0, known, head)?;
    let range = Range {
        above: if is_known { known.rev } else { Rev::ZERO },
        up_to: head,
        limit: limit.max(1),
    };
    let (items, through) =
        changes::collect(snapshot, StreamKey::Directory, range, &[&rooms, &people])?;
    Ok(StreamChanges {
        from: range.above,
        through,
        head,
        items,
    })
}

/// The directory of a guest of one room: the room, if it is public and not removed.
///
/// # Errors
/// SQLite's.
pub fn of_room_guest(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: RoomId,
) -> Result<StreamChanges, QueryError> {
    let room = match visibility::open_room(snapshot, viewer, room) {
        Ok((room, _)) => Some(room).filter(|room| room.directory_rev > Rev::ZERO),
        Err(QueryError::Refused(ErrorCode::NoSuchRoom | ErrorCode::RoomGone)) => None,
        Err(error) => return Err(error),
    };
    let head = room.as_ref().map_or(Rev::ZERO, |room| room.directory_rev);
    Ok(StreamChanges {
        from: Rev::ZERO,
        through: head,
        head,
        items: room.into_iter().map(Item::Room).collect(),
    })
}

/// Private rooms have the revision 0 in the directory, so that they are in no range. A client
/// without a known revision does not know the rooms that were removed.
fn rooms(snapshot: &Transaction<'_>, range: Range) -> rusqlite::Result<SourcePage> {
    let sql = format!(
        "SELECT {} FROM rooms_now WHERE directory_rev > ?1 AND (?2 OR removed_at IS NULL)
         ORDER BY directory_rev LIMIT ?3",
        rows::ROOM
    );
    let is_resumed = range.above > Rev::ZERO;
    let parameters = params![range.above.0, is_resumed, range.limit];
    changes::query(snapshot, &sql, parameters, range, |row| {
        Ok(Item::Room(rows::room(row)?))
    })
}

/// A client without a known revision has no old names to correct.
fn people(snapshot: &Transaction<'_>, range: Range) -> rusqlite::Result<SourcePage> {
    if range.above == Rev::ZERO {
        return Ok(SourcePage::EMPTY);
    }
    let sql = format!(
        "SELECT {} FROM users WHERE directory_rev > ?1 ORDER BY directory_rev LIMIT ?2",
        rows::PROFILE
    );
    let parameters = params![range.above.0, range.limit];
    changes::query(snapshot, &sql, parameters, range, |row| {
        Ok(Item::Person(rows::profile(row)?))
    })
}
