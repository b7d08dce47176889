//! The sessions of everybody, for the operator.

use rusqlite::{Transaction, params};
use shared::id::{Micros, UserId};
use shared::limits::{SESSION_DAYS, SESSION_IDLE_DAYS};

use super::account::{SESSION, listed_session, person};
use super::pool::QueryError;
use crate::store::sqlite::days::days_before;
use crate::store::{ListedSession, PersonSession, SessionFilter};

/// Sessions that have not expired, those that were used last first.
///
/// # Errors
/// SQLite's.
pub fn of_everybody(
    snapshot: &Transaction<'_>,
    filter: SessionFilter,
    limit: usize,
    now: Micros,
) -> Result<Vec<PersonSession>, QueryError> {
    let (user, id) = match filter {
        SessionFilter::All => (None, None),
        SessionFilter::Person(user) => (Some(user.0), None),
        SessionFilter::Number(id) => (None, Some(id.0)),
    };
    let parameters = params![
        days_before(now, SESSION_IDLE_DAYS),
        days_before(now, SESSION_DAYS),
        user,
        id,
        limit
    ];
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {SESSION}, user FROM sessions WHERE used_at >= ?1 AND created_at >= ?2
             AND (?3 IS NULL OR user = ?3) AND (?4 IS NULL OR id = ?4)
             ORDER BY used_at DESC, id DESC LIMIT ?5"
        ))?
        .query_map(parameters, |row| {
            Ok((listed_session(row)?, UserId(row.get(5)?)))
        })?
        .collect::<rusqlite::Result<Vec<(ListedSession, UserId)>>>()?;
    let mut sessions = Vec::with_capacity(found.len());
    for (session, user) in found {
        if let Some(person) = person(snapshot, user)? {
            sessions.push(PersonSession { person, session });
        }
    }
    Ok(sessions)
}
