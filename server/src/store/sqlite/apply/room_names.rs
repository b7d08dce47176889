//! Names of rooms from before they were told apart by their looks.

use std::collections::HashMap;

use rusqlite::params;
use shared::limits::Limits;
use shared::model::Room;

use super::super::rows;
use super::{Halt, Transaction};
use crate::names::{self, RoomKey};

impl Transaction<'_> {
    /// Gives every room that has none its keys, the oldest first. One that is called as an
    /// older one, or looks so, gets a number behind its name; whoever follows it hears of
    /// that as of any other change.
    pub fn tell_rooms_apart(&mut self) -> Result<(), Halt> {
        let rooms: Vec<Room> = self
            .connection
            .prepare(&format!(
                "SELECT {} FROM rooms_now WHERE removed_at IS NULL AND name_look IS NULL ORDER BY id",
                rows::ROOM
            ))?
            .query_map([], rows::room)?
            .collect::<rusqlite::Result<_>>()?;
        // The last number that a name was given, so that many of one name take no longer.
        let mut numbers: HashMap<RoomKey, u32> = HashMap::new();
        for mut room in rooms {
            let name = names::composed(&room.name);
            let mut key = RoomKey::of(&name);
            let number = numbers.entry(key.clone()).or_insert(1);
            let mut free = name.clone();
            while self.holds_name(&key, Some(room.id))? {
                *number += 1;
                free = numbered(&name, *number);
                key = RoomKey::of(&free);
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
    let most = Limits::default().name_chars - suffix.chars().count();
    let name: String = name.chars().take(most).collect();
    format!("{}{suffix}", name.trim_end())
}
