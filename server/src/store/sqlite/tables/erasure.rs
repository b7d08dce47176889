//! Erases what is known of a person who is deleted.

use shared::id::UserId;

use super::{Answer, SqliteTables};

/// The tables whose rows belong to one person, by their column `user`. Nothing of them outlives
/// the person.
const PERSONAL: [&str; 9] = [
    "passwords",
    "totp",
    "recovery_codes",
    "user_handles",
    "passkeys",
    "external_identities",
    "mail_addresses",
    // What waits to be sent about the person, and the invitations that the person has mailed.
    "mails",
    "sidebars",
];

impl SqliteTables<'_> {
    /// Deletes what belongs to a person alone. The rules delete sessions and links, and change the person's
    /// own row; the sweeper deletes what nobody can reach any more, such as read marks.
    pub(super) fn erase_person(&self, user: UserId) -> Answer<()> {
        // The last revision of the own stream stays: memberships end after this.
        let sql = "UPDATE users SET stream_floor = max(stream_floor,
             coalesce((SELECT rev FROM sidebars WHERE user = ?1), 0)) WHERE id = ?1";
        self.execute(sql, [user.0])?;
        for table in PERSONAL {
            let sql = format!("DELETE FROM {table} WHERE user = ?1");
            self.execute(&sql, [user.0])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::types::Value;
    use shared::command::Command;
    use shared::id::{RoomId, UserId};

    use crate::store::AccountCommand;
    use crate::store::sqlite::test_store::TestStore;

    /// What stays of who is deleted, by table and column: that somebody wrote, made and was
    /// there. The rows name only the number of the person.
    const KEPT: [(&str, &str); 6] = [
        ("messages", "author"),
        ("rooms", "created_by"),
        ("invites", "created_by"),
        // They end right after it, each with a change that the members see.
        ("memberships", "user"),
        // The sweeper deletes these.
        ("read_marks", "user"),
        ("receipts", "author"),
    ];
    /// The columns of the person's own row that stay.
    const KEPT_COLUMNS: [&str; 9] = [
        "id",
        "kind",
        "name",
        "directory_rev",
        "created_at",
        "removed_at",
        "stream_floor",
        "has_posted",
        "deactivated_at",
    ];

    /// The columns of a table: name, type, and whether there must be a value.
    fn columns(store: &TestStore, table: &str) -> Vec<(String, String, bool)> {
        let sql =
            format!("SELECT name, type, \"notnull\" OR pk > 0 FROM pragma_table_info('{table}')");
        let mut statement = store.connection.prepare(&sql).unwrap();
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        found.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    /// All columns that name a person, as (table, column).
    fn references(store: &TestStore) -> Vec<(String, String)> {
        let sql =
            "SELECT m.name, f.\"from\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
             WHERE m.type = 'table' AND f.\"table\" = 'users' ORDER BY 1, 2";
        let mut statement = store.connection.prepare(sql).unwrap();
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        found.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn count(store: &TestStore, table: &str, column: &str, user: UserId) -> i64 {
        store.number(&format!(
            "SELECT count(*) FROM {table} WHERE {column} = {user}"
        ))
    }

    /// Inserts a row that names a person in a column, with some value in each column that needs
    /// one. `number` makes the row another one than those before.
    fn insert(store: &TestStore, table: &str, column: &str, user: UserId, number: u8) {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, kind, must_have) in columns(store, table) {
            let value = match (&*name, &*kind) {
                (name, _) if name == column => Value::Integer(user.0),
                (_, _) if !must_have => continue,
                ("room", _) => Value::Integer(RoomId::LOBBY.0),
                ("user", _) => Value::Integer(user.0),
                (_, "INTEGER") => Value::Integer(1_000 + i64::from(number)),
                (_, "TEXT") => Value::Text(number.to_string()),
                _ => Value::Blob(vec![number; 32]),
            };
            names.push(name);
            values.push(value);
        }
        let marks = vec!["?"; values.len()].join(", ");
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({marks})",
            names.join(", ")
        );
        let inserted = store
            .connection
            .execute(&sql, rusqlite::params_from_iter(values));
        inserted.unwrap_or_else(|error| panic!("{table}.{column}: {error}"));
    }

    /// A table that is added later is in here by itself: then this fails until deleting a person
    /// erases it, or until it is listed as what stays.
    #[test]
    fn a_deleted_person_leaves_no_row_but_those_of_what_was_written() {
        let mut store = TestStore::new();
        let user = store.guest("Ada", 1);
        let room = RoomId::LOBBY;
        let body = "x".into();
        store.done(user, Command::Send { room, body });
        let references = references(&store);
        assert!(references.len() > 8, "{references:?}");
        for (number, (table, column)) in (100..).zip(&references) {
            if count(&store, table, column, user) == 0 {
                insert(&store, table, column, user, number);
            }
        }
        let optional = columns(&store, "users").into_iter();
        let optional = optional.filter(|(name, _, _)| !KEPT_COLUMNS.contains(&&**name));
        let optional: Vec<_> = optional.map(|(name, _, _)| name).collect();
        for name in &optional {
            let sql = format!("UPDATE users SET {name} = 1 WHERE id = {user}");
            store.connection.execute(&sql, []).unwrap();
        }
        store.forget();

        let session = None;
        store.account(AccountCommand::DeletePerson { user, session });

        for (table, column) in &references {
            let left = count(&store, table, column, user);
            let is_kept = KEPT.contains(&(&**table, &**column));
            assert_eq!(left > 0, is_kept, "{left} rows with {table}.{column}");
        }
        for name in &optional {
            let sql = format!("SELECT {name} IS NULL FROM users WHERE id = {user}");
            assert_eq!(store.number(&sql), 1, "users.{name} is left");
        }
        let name: String = store
            .connection
            .query_row("SELECT name FROM users WHERE id = ?1", [user.0], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(name, "");
    }
}
