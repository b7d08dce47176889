//! How people have arranged their rooms.

use rusqlite::params;
use shared::id::{Rev, UserId};
use shared::model::Sidebar;

use super::{Answer, SqliteTables};
use crate::store::rules::AccountRow;
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn find_sidebar(&self, user: UserId) -> Answer<Option<AccountRow>> {
        let sql = "SELECT layout, rev FROM sidebars WHERE user = ?1";
        self.one(sql, [user.0], |row| {
            let layout: String = row.get(0)?;
            Ok(AccountRow::Sidebar(rows::sidebar(
                &layout,
                Rev(row.get(1)?),
            )))
        })
    }

    pub(super) fn put_sidebar(&self, user: UserId, sidebar: &Sidebar) -> Answer<()> {
        self.execute(
            "INSERT INTO sidebars (user, rev, layout) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET rev = excluded.rev, layout = excluded.layout",
            params![user.0, sidebar.rev.0, rows::stored_sidebar(sidebar)],
        )
    }
}
