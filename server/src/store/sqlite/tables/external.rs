//! Rows of identities at identity providers.

use rusqlite::params;
use shared::id::{Micros, UserId};

use super::{Answer, SqliteTables};
use crate::store::ExternalIdentity;
use crate::store::rules::{AccountRow, ExternalRow};

impl SqliteTables<'_> {
    pub(super) fn find_external(
        &mut self,
        identity: &ExternalIdentity,
    ) -> Answer<Option<AccountRow>> {
        self.one(
            "SELECT user, name, linked_at FROM external_identities
             WHERE issuer = ?1 AND subject = ?2",
            [&identity.issuer, &identity.subject],
            |row| {
                Ok(AccountRow::External(ExternalRow {
                    user: UserId(row.get(0)?),
                    name: row.get(1)?,
                    linked_at: Micros(row.get(2)?),
                }))
            },
        )
    }

    pub(super) fn externals_of(&mut self, user: UserId) -> Answer<AccountRow> {
        let sql = "SELECT issuer, subject FROM external_identities WHERE user = ?1";
        let identities = self.all(sql, [user.0], |row| {
            Ok(ExternalIdentity {
                issuer: row.get(0)?,
                subject: row.get(1)?,
            })
        })?;
        Ok(AccountRow::Externals(identities))
    }

    pub(super) fn put_external(
        &mut self,
        identity: &ExternalIdentity,
        row: &ExternalRow,
    ) -> Answer<()> {
        self.execute(
            "INSERT INTO external_identities (issuer, subject, user, name, linked_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name",
            params![
                identity.issuer,
                identity.subject,
                row.user.0,
                row.name,
                row.linked_at.0
            ],
        )
    }
}
