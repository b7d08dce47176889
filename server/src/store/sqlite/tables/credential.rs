//! Rows of what proves who somebody is.

use rusqlite::params;
use shared::id::{Micros, UserId};

use super::{Answer, SqliteTables};
use crate::store::rules::{AccountRow, TotpRow};
use crate::store::{PasswordHash, RecoveryCodeHash, TotpKey};

impl SqliteTables<'_> {
    pub(super) fn find_password(&self, user: UserId) -> Answer<Option<AccountRow>> {
        let sql = "SELECT hash, changed_at FROM passwords WHERE user = ?1";
        self.one(sql, [user.0], |row| {
            let hash = PasswordHash(row.get(0)?);
            Ok(AccountRow::Password(hash, Micros(row.get(1)?)))
        })
    }

    pub(super) fn put_password(
        &self,
        user: UserId,
        hash: &PasswordHash,
        changed_at: Micros,
    ) -> Answer<()> {
        self.execute(
            "INSERT INTO passwords (user, hash, changed_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET hash = excluded.hash,
               changed_at = excluded.changed_at",
            params![user.0, hash.0, changed_at.0],
        )
    }

    pub(super) fn find_totp(&self, user: UserId) -> Answer<Option<AccountRow>> {
        let sql = "SELECT key, last_step, confirmed_at FROM totp WHERE user = ?1";
        self.one(sql, [user.0], |row| {
            Ok(AccountRow::Totp(TotpRow {
                key: TotpKey(row.get(0)?),
                last_step: row.get(1)?,
                confirmed_at: Micros(row.get(2)?),
            }))
        })
    }

    pub(super) fn put_totp(&self, user: UserId, row: &TotpRow) -> Answer<()> {
        self.execute(
            "INSERT INTO totp (user, key, last_step, confirmed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (user) DO UPDATE SET key = excluded.key,
               last_step = excluded.last_step, confirmed_at = excluded.confirmed_at",
            params![user.0, row.key.0, row.last_step, row.confirmed_at.0],
        )
    }

    pub(super) fn find_recovery_codes(&self, user: UserId) -> Answer<AccountRow> {
        let sql = "SELECT hash FROM recovery_codes WHERE user = ?1";
        let codes = self.all(sql, [user.0], |row| row.get(0))?;
        Ok(AccountRow::RecoveryCodes(codes))
    }

    /// There are few: they are written anew.
    pub(super) fn put_recovery_codes(
        &self,
        user: UserId,
        codes: &[RecoveryCodeHash],
    ) -> Answer<()> {
        self.execute("DELETE FROM recovery_codes WHERE user = ?1", [user.0])?;
        for code in codes {
            let sql = "INSERT INTO recovery_codes (user, hash) VALUES (?1, ?2)";
            self.execute(sql, params![user.0, code.as_slice()])?;
        }
        Ok(())
    }
}
