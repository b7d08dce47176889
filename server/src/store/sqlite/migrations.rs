//! Brings a file of an earlier version to this one.

use std::path::PathBuf;

use rusqlite::Connection;

use super::open::{FILE, OpenError, open_error};

/// The versions of the schema, in order. `user_version` counts those that are applied.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_first.sql"),
    include_str!("../../../migrations/sqlite/0002_fewer_indexes.sql"),
    include_str!("../../../migrations/sqlite/0003_counters_derived.sql"),
    include_str!("../../../migrations/sqlite/0004_bounds.sql"),
    include_str!("../../../migrations/sqlite/0005_room_names.sql"),
    include_str!("../../../migrations/sqlite/0006_client_id_case.sql"),
    include_str!("../../../migrations/sqlite/0007_private_rooms.sql"),
];

/// Migrates the schema to this version.
pub fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let path = PathBuf::from(connection.path().unwrap_or(FILE));
    let check: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| open_error(&path, error))?;
    if check != "ok" {
        return Err(OpenError::Damaged {
            path,
            detail: check,
        });
    }
    let found: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > MIGRATIONS.len() {
        return Err(OpenError::Newer {
            path,
            found,
            known: MIGRATIONS.len(),
        });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", index + 1)?;
        transaction.commit()?;
        tracing::info!(version = index + 1, "schema migrated");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_first_version_is_migrated_with_its_counters() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        connection
            .execute_batch(
                "INSERT INTO rooms (id, name, name_key, topic, seq, rev, info_rev, directory_rev, created_at)
                 VALUES (1, 'lobby', 'lobby', '', 2, 4, 1, 1, 0);
                 INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at)
                 VALUES (1, 1, 4, 2, 'Ada', 'Hello again', 0), (1, 2, 3, 3, 'Ada', 'You there', 0);
                 INSERT INTO users (id, kind, name, directory_rev, stream_rev, created_at)
                 VALUES (1, 0, 'Ada', 0, 7, 0);
                 INSERT INTO read_marks (user, room, seq, rev) VALUES (1, 1, 2, 7);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let version: usize = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, MIGRATIONS.len());
        let changed: i64 = connection
            .query_row(
                "SELECT seq FROM messages INDEXED BY messages_by_change
                 WHERE room = 1 AND rev > 2 AND rev > posted_rev",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(changed, 1);
        let counters = "SELECT r.seq, r.rev, u.stream_rev FROM rooms_now r, users_now u";
        let counters: (i64, i64, i64) = connection
            .query_row(counters, [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(counters, (2, 4, 7));
    }
}
