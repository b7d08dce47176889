//! Rows of passkeys.

use rusqlite::{Row, params};
use shared::id::UserId;

use super::{Answer, SqliteTables};
use crate::store::PasskeyRow;
use crate::store::rules::AccountRow;
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn find_passkey(&self, credential: &[u8]) -> Answer<Option<AccountRow>> {
        let sql = format!(
            "SELECT {} FROM passkeys WHERE credential = ?1",
            rows::PASSKEY
        );
        let row = |row: &Row<'_>| Ok(AccountRow::Passkey(rows::passkey(row)?));
        self.one(&sql, [credential], row)
    }

    pub(super) fn passkeys_of(&self, user: UserId) -> Answer<AccountRow> {
        let sql = format!("SELECT {} FROM passkeys WHERE user = ?1", rows::PASSKEY);
        let passkeys = self.all(&sql, [user.0], rows::passkey)?;
        Ok(AccountRow::Passkeys(passkeys))
    }

    /// Its key and whose it is never change.
    pub(super) fn put_passkey(&self, row: &PasskeyRow) -> Answer<()> {
        let passkey = &row.passkey;
        self.execute(
            "INSERT INTO passkeys (credential, user, public_key, algorithm, counter, relying_party,
               name, created_at, used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (credential) DO UPDATE SET counter = excluded.counter,
               name = excluded.name, used_at = excluded.used_at",
            params![
                passkey.credential,
                row.user.0,
                passkey.public_key,
                passkey.algorithm,
                passkey.counter,
                passkey.relying_party,
                passkey.name,
                row.created_at.0,
                row.used_at.map(|at| at.0)
            ],
        )
    }
}
