//! Entries of the audit log. There is no statement here that changes or deletes one.

use rusqlite::params;

use super::{Answer, SqliteTables};
use crate::store::AuditRow;

/// Inserts an entry: at, actor, action, person, room, seq, detail.
pub const INSERT_AUDIT: &str = "INSERT INTO audit (at, actor, action, person, room, seq, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

impl SqliteTables<'_> {
    pub(super) fn insert_audit_row(&self, row: &AuditRow) -> Answer<()> {
        // An object of strings, numbers and lists is always JSON.
        let detail = serde_json::to_string(&row.detail).unwrap_or_default();
        self.execute(
            INSERT_AUDIT,
            params![
                row.at.0,
                row.actor.map(|user| user.0),
                row.action.name(),
                row.person.map(|user| user.0),
                row.room.map(|room| room.0),
                row.seq.map(|seq| seq.0),
                detail,
            ],
        )
    }
}
