//! Writes the rows of rooms.

use rusqlite::params;
use shared::model::Room;

use super::{Answer, SqliteTables};
use crate::names::RoomNameKey;
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn insert_room_row(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
        address_id: Option<i64>,
    ) -> Answer<()> {
        self.execute(
            "INSERT INTO rooms (id, kind, name, name_key, name_look, topic, info_rev,
                directory_rev, created_at, created_by, created_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                room.id.0,
                rows::stored_room_kind(room.kind),
                room.name,
                key.map_or("", |key| key.word.as_str()),
                key.map(|key| key.look.as_str()),
                room.topic,
                room.rev.0,
                room.directory_rev.0,
                room.created_at.0,
                room.created_by.map(|user| user.0),
                address_id,
            ],
        )
    }

    pub(super) fn update_room_row(&mut self, room: &Room, key: Option<&RoomNameKey>) -> Answer<()> {
        self.execute(
            "UPDATE rooms SET name = ?2, name_key = ?3, name_look = ?4, topic = ?5, info_rev = ?6,
             directory_rev = ?7, removed_at = ?8 WHERE id = ?1",
            params![
                room.id.0,
                room.name,
                key.map_or("", |key| key.word.as_str()),
                key.map(|key| key.look.as_str()),
                room.topic,
                room.rev.0,
                room.directory_rev.0,
                room.removed_at.map(|at| at.0),
            ],
        )
    }
}
