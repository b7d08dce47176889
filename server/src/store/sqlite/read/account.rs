//! Accounts and sessions, and this place.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use shared::id::{Micros, UserId};
use shared::limits::{SESSION_DAYS, SESSION_IDLE_DAYS};
use shared::model::Profile;

use super::pool::QueryError;
use crate::store::sqlite::days::days_before;
use crate::store::sqlite::rows;
use crate::store::{
    ListedSession, PasswordHash, PersonSettings, Place, SessionId, SignInRecord, TotpKey,
    TotpRecord,
};

/// The columns that [`listed_session`] reads, of `sessions`.
pub const SESSION: &str = "id, device, network, created_at, used_at";

/// What decides about a sign-in with a username.
///
/// # Errors
/// SQLite's.
pub fn sign_in_record(
    snapshot: &Transaction<'_>,
    key: &str,
) -> Result<Option<SignInRecord>, QueryError> {
    let record = snapshot
        .prepare_cached(
            "SELECT u.id, p.hash, u.deactivated_at IS NOT NULL, u.kind, t.key, t.last_step
             FROM users u LEFT JOIN passwords p ON p.user = u.id
             LEFT JOIN totp t ON t.user = u.id
             WHERE u.username_key = ?1 AND u.removed_at IS NULL",
        )?
        .query_row([key], |row| {
            Ok(SignInRecord {
                user: UserId(row.get(0)?),
                password: row.get::<_, Option<String>>(1)?.map(PasswordHash),
                is_deactivated: row.get(2)?,
                role: rows::person_role(row.get(3)?),
                totp: match row.get::<_, Option<Vec<u8>>>(4)? {
                    Some(key) => Some(TotpRecord {
                        key: TotpKey(key),
                        last_step: row.get(5)?,
                    }),
                    None => None,
                },
            })
        })
        .optional()?;
    Ok(record)
}

/// A person's sessions that have not expired.
///
/// # Errors
/// SQLite's.
pub fn sessions(
    snapshot: &Transaction<'_>,
    user: UserId,
    now: Micros,
) -> Result<Vec<ListedSession>, QueryError> {
    let parameters = params![
        user.0,
        days_before(now, SESSION_IDLE_DAYS),
        days_before(now, SESSION_DAYS)
    ];
    let sessions = snapshot
        .prepare_cached(&format!(
            "SELECT {SESSION} FROM sessions
             WHERE user = ?1 AND used_at >= ?2 AND created_at >= ?3
             ORDER BY used_at DESC, id DESC"
        ))?
        .query_map(parameters, listed_session)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sessions)
}

/// What a person has set for the own pages.
///
/// # Errors
/// SQLite's.
pub fn settings(snapshot: &Transaction<'_>, user: UserId) -> Result<PersonSettings, QueryError> {
    let settings = snapshot
        .prepare_cached("SELECT language, time_zone FROM users WHERE id = ?1")?
        .query_row([user.0], |row| {
            Ok(PersonSettings {
                language: row.get(0)?,
                time_zone: row.get(1)?,
            })
        })
        .optional()?;
    Ok(settings.unwrap_or_default())
}
/// A session from the columns of [`SESSION`].
pub fn listed_session(row: &Row<'_>) -> rusqlite::Result<ListedSession> {
    Ok(ListedSession {
        id: SessionId(row.get(0)?),
        device: row.get(1)?,
        network: row.get(2)?,
        created_at: Micros(row.get(3)?),
        used_at: Micros(row.get(4)?),
    })
}

/// This place.
///
/// # Errors
/// SQLite's.
pub fn place(snapshot: &Transaction<'_>) -> Result<Place, QueryError> {
    let place = snapshot
        .prepare_cached("SELECT name, claimed_at, relying_party, sign_up FROM place")?
        .query_row([], |row| {
            Ok(Place {
                name: row.get(0)?,
                claimed_at: row.get::<_, Option<i64>>(1)?.map(Micros),
                relying_party: row.get(2)?,
                sign_up: rows::sign_up(row.get(3)?),
            })
        })?;
    Ok(place)
}

/// A person.
///
/// # Errors
/// SQLite's.
pub fn person(snapshot: &Transaction<'_>, user: UserId) -> Result<Option<Profile>, QueryError> {
    let person = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM users WHERE id = ?1",
            rows::PROFILE
        ))?
        .query_row([user.0], rows::profile)
        .optional()?;
    Ok(person)
}
