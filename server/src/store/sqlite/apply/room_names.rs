//! Gives name keys to rooms from before names that look alike were refused.

use std::collections::HashMap;

use rusqlite::params;
use shared::limits::Limits;
use shared::model::Room;

use super::transaction::{ApplyError, WriteTransaction};
use crate::names::{self, RoomNameKey};
use crate::store::sqlite::rows;

impl WriteTransaction<'_> {
    /// Gives each room without keys its keys, the oldest first. If an older room has the same
    /// name, or one that looks the same, the room gets a number behind its name. Subscribers get
    /// this as any other change.
    pub fn assign_name_keys(&mut self) -> Result<(), ApplyError> {
        let rooms: Vec<Room> = self
            .connection
            .prepare(&format!(
                "SELECT {} FROM rooms_now WHERE removed_at IS NULL AND name_look IS NULL ORDER BY id",
                rows::ROOM
            ))?
            .query_map([], rows::room)?
            .collect::<rusqlite::Result<_>>()?;
        // The last number that was given to each name, so that many rooms of one name do not
        // take longer.
        let mut numbers: HashMap<RoomNameKey, u32> = HashMap::new();
        for mut room in rooms {
            let name = names::to_nfc(&room.name);
            let mut key = RoomNameKey::of(&name);
            let number = numbers.entry(key.clone()).or_insert(1);
            let mut free = name.clone();
            while self.is_name_taken(&key, Some(room.id))? {
                *number += 1;
                free = numbered(&name, *number);
                key = RoomNameKey::of(&free);
            }
            if free == room.name {
                self.connection
                    .prepare_cached("UPDATE rooms SET name_key = ?2, name_look = ?3 WHERE id = ?1")?
                    .execute(params![room.id.0, key.word, key.look])?;
                continue;
            }
            tracing::info!(
                room = room.id.0,
                from = room.name,
                to = free,
                "room renamed"
            );
            self.open_room(room.id)?;
            room.name = free;
            self.store_room(room)?;
        }
        Ok(())
    }
}

/// A name with a number, within the limit.
fn numbered(name: &str, number: u32) -> String {
    let suffix = format!(" ({number})");
    let max_chars = Limits::default().name_chars - suffix.chars().count();
    let name: String = name.chars().take(max_chars).collect();
    format!("{}{suffix}", name.trim_end())
}
