//! People who are looked for by their names, for everybody.

use std::cmp::Reverse;

use rusqlite::{Transaction, params};
use shared::model::Profile;
use shared::search::Query;

use super::member_list::fitness;
use super::person::people_of_room;
use super::pool::QueryError;
use crate::store::Viewer;
use crate::store::sqlite::rows;

/// People who are looked at, those with an account first, then the newest guests: names are compared
/// here.
const MAX_ROWS: usize = 20_000;

/// Whether a person who is here for one room is shown to the person `?1`, who is a member of it.
/// Everybody is in the lobby. Other public rooms are no exception: who is not found would else be the
/// guest of a private room.
const IS_SHOWN: &str = "(u.only_room IS NULL OR u.only_room = 1 OR EXISTS (SELECT 1
       FROM memberships v WHERE v.room = u.only_room AND v.user = ?1 AND v.left_at IS NULL))";

/// The active people whom what is typed fits best, at most `limit`. For a guest of one room there
/// are only those of that room, and such a guest is found by the members of that room.
///
/// # Errors
/// SQLite's.
pub fn find(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    typed: &str,
    limit: usize,
) -> Result<Vec<Profile>, QueryError> {
    let people = if let Some(only) = viewer.only_room() {
        people_of_room(snapshot, viewer, only, None)?
    } else {
        let mut people = newest(snapshot, viewer, "u.username_key IS NOT NULL", MAX_ROWS)?;
        let rest = MAX_ROWS.saturating_sub(people.len());
        people.extend(newest(snapshot, viewer, "u.username_key IS NULL", rest)?);
        people
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

/// The newest active people of a kind whom the viewer may find.
fn newest(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    kind: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Profile>> {
    snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM users u WHERE {kind} AND u.removed_at IS NULL
             AND u.deactivated_at IS NULL AND {IS_SHOWN} ORDER BY u.id DESC LIMIT ?2",
            rows::profile_of("u")
        ))?
        .query_map(params![viewer.user_parameter(), limit], rows::profile)?
        .collect()
}
