//! What a person can be recognised by.

use rusqlite::Transaction;
use shared::id::UserId;

use super::pool::QueryError;
use crate::store::AccountCredentials;

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
