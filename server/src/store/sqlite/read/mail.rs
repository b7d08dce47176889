//! Mails that wait, and the addresses at which people get mail.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use shared::id::UserId;

use super::pool::QueryError;
use crate::store::sqlite::rows;
use crate::store::sqlite::tables::{MAIL, MAIL_ADDRESS, mail, mail_address};
use crate::store::{MailAddressRow, ResetCandidate, ResetSearch, WaitingMail};

/// The mail that is tried next.
///
/// # Errors
/// SQLite's.
pub fn next(snapshot: &Transaction<'_>) -> Result<WaitingMail, QueryError> {
    let next = snapshot
        .prepare_cached(&format!(
            "SELECT {MAIL} FROM mails ORDER BY next_at, created_at LIMIT 1"
        ))?
        .query_row([], mail)
        .optional()?;
    let count = snapshot
        .prepare_cached("SELECT count(*) FROM mails")?
        .query_row([], |row| row.get(0))?;
    Ok(WaitingMail { next, count })
}

/// The addresses of a person.
///
/// # Errors
/// SQLite's.
pub fn address(snapshot: &Transaction<'_>, user: UserId) -> Result<MailAddressRow, QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {MAIL_ADDRESS} FROM mail_addresses WHERE user = ?1"
        ))?
        .query_row([user.0], mail_address)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Those who can be sent a link for a new password, at most `limit`: people with an account that
/// is not deactivated, and with a proved address.
///
/// # Errors
/// SQLite's.
pub fn reset_candidates(
    snapshot: &Transaction<'_>,
    search: &ResetSearch,
    limit: usize,
) -> Result<Vec<ResetCandidate>, QueryError> {
    let (column, key) = match search {
        ResetSearch::Username(key) => ("u.username_key", key),
        ResetSearch::Address(key) => ("a.address_key", key),
    };
    let candidates = snapshot
        .prepare_cached(&format!(
            "SELECT u.id, u.username, u.kind, a.address_key, u.language
             FROM users u JOIN mail_addresses a ON a.user = u.id
             WHERE {column} = ?1 AND a.address_key IS NOT NULL AND u.username IS NOT NULL
             AND u.kind <> ?2 AND u.removed_at IS NULL AND u.deactivated_at IS NULL
             ORDER BY u.id LIMIT ?3"
        ))?
        .query_map(params![key, rows::GUEST, limit], candidate)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(candidates)
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<ResetCandidate> {
    Ok(ResetCandidate {
        user: UserId(row.get(0)?),
        username: row.get(1)?,
        is_owner: rows::person_role(row.get(2)?) == shared::model::Role::Owner,
        address_key: row.get(3)?,
        language: row.get(4)?,
    })
}
