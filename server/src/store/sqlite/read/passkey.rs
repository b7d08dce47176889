//! Passkeys.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::id::UserId;

use super::pool::QueryError;
use crate::store::sqlite::rows::{self, PASSKEY, PASSKEY_COLUMNS};
use crate::store::{FoundPasskey, OwnPasskeys, PasskeyLoss};

/// The passkey with a credential id.
///
/// # Errors
/// SQLite's.
pub fn by_credential(
    snapshot: &Transaction<'_>,
    credential: &[u8],
) -> Result<Option<FoundPasskey>, QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {PASSKEY}, h.handle, u.kind FROM
             (SELECT * FROM passkeys WHERE credential = ?1)
             JOIN user_handles h USING (user) JOIN (SELECT id, kind FROM users) u ON u.id = user"
        ))?
        .query_row([credential], |row| {
            Ok(FoundPasskey {
                row: rows::passkey(row)?,
                handle: row.get(PASSKEY_COLUMNS)?,
                role: rows::person_role(row.get(PASSKEY_COLUMNS + 1)?),
            })
        })
        .optional()?;
    Ok(found)
}

/// A person's passkeys.
///
/// # Errors
/// SQLite's.
pub fn of_person(snapshot: &Transaction<'_>, user: UserId) -> Result<OwnPasskeys, QueryError> {
    let handle = snapshot
        .prepare_cached("SELECT handle FROM user_handles WHERE user = ?1")?
        .query_row([user.0], |row| row.get(0))
        .optional()?;
    let passkeys = snapshot
        .prepare_cached(&format!(
            "SELECT {PASSKEY} FROM passkeys WHERE user = ?1 ORDER BY created_at, credential"
        ))?
        .query_map([user.0], rows::passkey)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(OwnPasskeys { handle, passkeys })
}

/// Who would lose what, if passkeys for this relying party alone were of use.
///
/// # Errors
/// SQLite's.
pub fn loss(snapshot: &Transaction<'_>, relying_party: &str) -> Result<PasskeyLoss, QueryError> {
    let loss = snapshot
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE user NOT IN
               (SELECT user FROM passwords UNION ALL SELECT user FROM external_identities))
             FROM (SELECT user FROM passkeys GROUP BY user HAVING max(relying_party = ?1) = 0) lost
             JOIN users ON users.id = lost.user AND removed_at IS NULL AND deactivated_at IS NULL",
        )?
        .query_row(params![relying_party], |row| {
            Ok(PasskeyLoss {
                people: row.get(0)?,
                locked_out: row.get(1)?,
            })
        })?;
    Ok(loss)
}
