//! Gives name keys to rooms from before names that look alike were refused.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use shared::id::{Micros, RoomId};
use shared::limits::Limits;

use super::apply::sqlite_error;
use super::stream_heads::StreamHeads;
use super::tables::SqliteTables;
use crate::names::{self, RoomNameKey};
use crate::store::rules::{RoomChange, RuleConfig, RuleError, Rules, Tables};
use crate::store::{Actor, RoomQuota, SpaceLevel};

/// Gives each room without keys its keys, the oldest first. If an older room has the same name,
/// or one that looks the same, the room gets a number behind its name. Clients get this as any
/// other change. The caller has begun a transaction.
///
/// # Errors
/// SQLite's.
pub fn assign_name_keys(
    connection: &Connection,
    epoch_ordinal: i64,
    now: Micros,
) -> rusqlite::Result<()> {
    let mut heads = StreamHeads::default();
    let tables = SqliteTables::new(connection, &mut heads, epoch_ordinal);
    let config = RuleConfig {
        now,
        space: SpaceLevel::Ample,
        room_quota: RoomQuota::UNLIMITED,
    };
    let mut rules = Rules::new(tables, config);
    let rooms: Vec<(RoomId, String)> = connection
        .prepare(
            "SELECT id, name FROM rooms
             WHERE removed_at IS NULL AND name_look IS NULL AND kind = 0 ORDER BY id",
        )?
        .query_map([], |row| Ok((RoomId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    // The last number that was given to each name, so that many rooms of one name do not take
    // longer.
    let mut numbers: HashMap<RoomNameKey, u32> = HashMap::new();
    for (room, old_name) in rooms {
        let name = names::to_nfc(&old_name);
        let mut key = RoomNameKey::of(&name);
        let number = numbers.entry(key.clone()).or_insert(1);
        let mut free = name.clone();
        while is_taken(&mut rules.tables, &key, room)? {
            *number += 1;
            free = numbered(&name, *number);
            key = RoomNameKey::of(&free);
        }
        if free == old_name {
            connection
                .prepare_cached("UPDATE rooms SET name_key = ?2, name_look = ?3 WHERE id = ?1")?
                .execute(params![room.0, key.word, key.look])?;
            continue;
        }
        tracing::info!(room = room.0, from = old_name, to = free, "room renamed");
        let change = RoomChange {
            name: Some(&free),
            ..RoomChange::default()
        };
        match rules.set_room(&Actor::Operator, room, change) {
            Err(RuleError::Failed(error)) => return Err(error),
            // The room exists, and the name is free.
            Ok(_) | Err(RuleError::Refused(_) | RuleError::Full | RuleError::Missing(_)) => {}
        }
    }
    // Nobody is connected yet, who would have to get the changes.
    let _batch = rules.finish().map_err(sqlite_error)?;
    rules.tables.store_heads()
}

fn is_taken(
    tables: &mut SqliteTables<'_>,
    key: &RoomNameKey,
    by_another_than: RoomId,
) -> rusqlite::Result<bool> {
    let named = tables.rooms_named(key).map_err(sqlite_error)?;
    Ok(named.iter().any(|room| *room != by_another_than))
}

/// A name with a number, within the limit.
fn numbered(name: &str, number: u32) -> String {
    let suffix = format!(" ({number})");
    let max_chars = Limits::default().name_chars - suffix.chars().count();
    let name: String = name.chars().take(max_chars).collect();
    format!("{}{suffix}", name.trim_end())
}
