//! What a person can be recognised by.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::id::{Micros, UserId};

use super::pool::QueryError;
use crate::store::{AccountCredentials, LinkedIdentity};

/// A person's credentials.
///
/// # Errors
/// SQLite's.
pub fn credentials(
    snapshot: &Transaction<'_>,
    user: UserId,
) -> Result<AccountCredentials, QueryError> {
    let credentials = snapshot
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM passwords WHERE user = ?1),
               EXISTS (SELECT 1 FROM totp WHERE user = ?1),
               (SELECT count(*) FROM recovery_codes WHERE user = ?1)",
        )?
        .query_row([user.0], |row| {
            Ok(AccountCredentials {
                has_password: row.get(0)?,
                totp: row.get(1)?,
                recovery_codes: row.get(2)?,
            })
        })?;
    Ok(credentials)
}

/// A person's identity at a provider.
///
/// # Errors
/// SQLite's.
pub fn linked_identity(
    snapshot: &Transaction<'_>,
    user: UserId,
    issuer: &str,
) -> Result<Option<LinkedIdentity>, QueryError> {
    let found = snapshot
        .prepare_cached(
            "SELECT name, linked_at FROM external_identities WHERE user = ?1 AND issuer = ?2",
        )?
        .query_row(params![user.0, issuer], |row| {
            Ok(LinkedIdentity {
                name: row.get(0)?,
                linked_at: Micros(row.get(1)?),
            })
        })
        .optional()?;
    Ok(found)
}
