//! What a person has chosen to show, and the person's settings.

use rusqlite::params;
use shared::id::UserId;

use super::{Answer, SqliteTables};
use crate::store::rules::{AccountRow, ProfileRow};
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn find_profile(&self, user: UserId) -> Answer<Option<AccountRow>> {
        self.one(
            "SELECT colour, status_emoji, status_text, status_until, language, time_zone
             FROM users WHERE id = ?1",
            [user.0],
            |row| {
                Ok(AccountRow::Profile(ProfileRow {
                    colour: row.get(0)?,
                    status: rows::status(row, 1)?,
                    language: row.get(4)?,
                    time_zone: row.get(5)?,
                }))
            },
        )
    }

    pub(super) fn put_profile(&self, user: UserId, row: &ProfileRow) -> Answer<()> {
        let status = row.status.as_ref();
        self.execute(
            "UPDATE users SET colour = ?2, status_emoji = ?3, status_text = ?4,
               status_until = ?5, language = ?6, time_zone = ?7 WHERE id = ?1",
            params![
                user.0,
                row.colour,
                status.map(|status| &status.emoji),
                status.map(|status| &status.text),
                status.and_then(|status| status.until).map(|until| until.0),
                row.language,
                row.time_zone
            ],
        )
    }
}
