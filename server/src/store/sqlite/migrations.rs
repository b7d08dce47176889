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
    include_str!("../../../migrations/sqlite/0008_accounts.sql"),
    include_str!("../../../migrations/sqlite/0009_credentials.sql"),
    include_str!("../../../migrations/sqlite/0010_people.sql"),
    include_str!("../../../migrations/sqlite/0011_external_identities.sql"),
    include_str!("../../../migrations/sqlite/0012_passkeys.sql"),
    include_str!("../../../migrations/sqlite/0013_links.sql"),
    include_str!("../../../migrations/sqlite/0014_profiles.sql"),
    include_str!("../../../migrations/sqlite/0015_sign_up.sql"),
    include_str!("../../../migrations/sqlite/0016_invites_by_creator.sql"),
    include_str!("../../../migrations/sqlite/0017_room_guests.sql"),
    include_str!("../../../migrations/sqlite/0018_mail.sql"),
    include_str!("../../../migrations/sqlite/0019_external_sessions.sql"),
    include_str!("../../../migrations/sqlite/0020_removed_users.sql"),
    include_str!("../../../migrations/sqlite/0021_rooms_of_every_kind.sql"),
    include_str!("../../../migrations/sqlite/0023_audit.sql"),
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
mod tests;
