//! People who are looked for by their names, for everybody.

use std::cmp::Reverse;

use rusqlite::Transaction;
use shared::model::Profile;
use shared::search::Query;

use super::member_list::fitness;
use super::person::people_of_room;
use super::pool::QueryError;
use crate::store::Viewer;
use crate::store::sqlite::rows;

/// People who are looked at, the newest first: names are compared here.
const MAX_ROWS: usize = 20_000;

/// The active people whom what is typed fits best, at most `limit`. For a guest of one room there
/// are only those of that room.
///
/// # Errors
/// SQLite's.
pub fn find(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    typed: &str,
    limit: usize,
) -> Result<Vec<Profile>, QueryError> {
    let people = match viewer.only_room {
        Some(only) => people_of_room(snapshot, viewer, only, None)?,
        None => snapshot
            .prepare_cached(&format!(
                "SELECT {} FROM users WHERE removed_at IS NULL AND deactivated_at IS NULL
                 ORDER BY id DESC LIMIT ?1",
                rows::PROFILE
            ))?
            .query_map([MAX_ROWS], rows::profile)?
            .collect::<rusqlite::Result<Vec<_>>>()?,
    };
    let query = Query::new(typed);
    let active = people
        .into_iter()
        .filter(|person| !person.deleted && !person.deactivated);
    let mut found: Vec<(u32, Profile)> = active
        .filter_map(|person| Some((fitness(&query, &person)?, person)))
        .collect();
    found.sort_by_key(|(score, person)| (Reverse(*score), person.id));
    found.truncate(limit);
    Ok(found.into_iter().map(|(_, person)| person).collect())
}
