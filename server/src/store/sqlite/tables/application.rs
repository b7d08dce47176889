//! The row of the place, and the rows of those who have asked for an account.

use rusqlite::{Row, params};
use shared::id::Micros;

use super::{Answer, SqliteTables};
use crate::store::rules::{AccountRow, ApplicationRow, PlaceRow};
use crate::store::sqlite::rows;
use crate::store::{ApplicationId, PasswordHash, UsernameKeys};

const APPLICATION: &str = "id, username, username_key, username_look, name, hash, note, created_at";

fn application(row: &Row<'_>) -> rusqlite::Result<ApplicationRow> {
    Ok(ApplicationRow {
        id: ApplicationId(row.get(0)?),
        username: UsernameKeys {
            username: row.get(1)?,
            key: row.get(2)?,
            look: row.get(3)?,
        },
        name: row.get(4)?,
        password: PasswordHash(row.get(5)?),
        note: row.get(6)?,
        created_at: Micros(row.get(7)?),
    })
}

impl SqliteTables<'_> {
    pub(super) fn put_place(&self, row: &PlaceRow) -> Answer<()> {
        self.execute(
            "UPDATE place SET name = ?1, claimed_at = ?2, relying_party = ?3, sign_up = ?4",
            params![
                row.name,
                row.claimed_at.map(|at| at.0),
                row.relying_party,
                rows::stored_sign_up(row.sign_up)
            ],
        )
    }

    pub(super) fn last_application(&self) -> Answer<AccountRow> {
        let last = self.next_id("applications")? - 1;
        Ok(AccountRow::LastApplication(ApplicationId(last)))
    }

    pub(super) fn find_application(&self, id: ApplicationId) -> Answer<Option<AccountRow>> {
        let sql = format!("SELECT {APPLICATION} FROM applications WHERE id = ?1");
        self.one(&sql, [id.0], |row| {
            Ok(AccountRow::Application(application(row)?))
        })
    }

    pub(super) fn applications(&self) -> Answer<AccountRow> {
        let sql = format!("SELECT {APPLICATION} FROM applications ORDER BY id");
        Ok(AccountRow::Applications(self.all(&sql, [], application)?))
    }

    pub(super) fn insert_application(&self, row: &ApplicationRow) -> Answer<()> {
        let sql = format!(
            "INSERT INTO applications ({APPLICATION}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        );
        self.execute(
            &sql,
            params![
                row.id.0,
                row.username.username,
                row.username.key,
                row.username.look,
                row.name,
                row.password.0,
                row.note,
                row.created_at.0
            ],
        )
    }

    pub(super) fn delete_application(&self, id: ApplicationId) -> Answer<()> {
        self.execute("DELETE FROM applications WHERE id = ?1", [id.0])
    }
}
