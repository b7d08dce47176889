//! What changed in the directory above a revision.

use rusqlite::{Transaction, params};
use shared::frame::Directory;
use shared::id::Rev;

use super::pool::QueryError;
use crate::store::ResumePoint;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;

/// The rooms that changed and the people who were renamed, in the order of their revisions.
///
/// # Errors
/// SQLite's.
pub fn changes(
    snapshot: &Transaction<'_>,
    known: ResumePoint,
    limit: usize,
) -> Result<Directory, QueryError> {
    let (head, floor) = snapshot
        .prepare_cached("SELECT rev, floor FROM directory")?
        .query_row([], |row| Ok((Rev(row.get(0)?), Rev(row.get(1)?))))?;
    // Rooms that were removed below the floor have no row any more. A client that knows less
    // gets everything.
    let is_known =
        known.rev >= floor && epoch::is_known(snapshot, StreamKind::Directory, 0, known, head)?;
    let from = if is_known { known.rev } else { Rev::ZERO };
    let mut rooms = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM rooms_now WHERE directory_rev > ?1 AND (?2 OR removed_at IS NULL)
             ORDER BY directory_rev LIMIT ?3",
            rows::ROOM
        ))?
        .query_map(params![from.0, from > Rev::ZERO, limit], rows::room)?
        .collect::<Result<Vec<_>, _>>()?;
    // A client without a known revision has no old names to correct.
    let mut people = if from > Rev::ZERO {
        snapshot
            .prepare_cached(&format!(
                "SELECT {} FROM users WHERE directory_rev > ?1 ORDER BY directory_rev LIMIT ?2",
                rows::PROFILE
            ))?
            .query_map(params![from.0, limit], rows::profile)?
            .collect::<Result<Vec<_>, _>>()?
    } else {
        Vec::new()
    };
    // If one of the two lists was cut, both end at that revision.
    let mut through = head;
    if rooms.len() == limit
        && let Some(last) = rooms.last()
    {
        through = through.min(last.directory_rev);
    }
    if people.len() == limit
        && let Some(last) = people.last()
    {
        through = through.min(last.rev);
    }
    rooms.retain(|room| room.directory_rev <= through);
    people.retain(|person| person.rev <= through);
    Ok(Directory {
        from,
        through,
        head: Some(head),
        rooms,
        people,
    })
}
