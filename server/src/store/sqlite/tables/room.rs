//! Writes the rows of rooms.

use rusqlite::params;
use shared::id::{Micros, RoomId, UserId};
use shared::model::Room;

use super::{Answer, SqliteTables};
use crate::names::RoomNameKey;
use crate::store::rules::OpenedDirect;
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
                directory_rev, created_at, created_by, created_from, posting, people)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
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
                rows::stored_posting(room.posting),
                rows::stored_people(&room.people),
            ],
        )
    }

    pub(super) fn find_direct_room(&self, people: &[UserId]) -> Answer<Option<RoomId>> {
        let sql = "SELECT id FROM rooms WHERE people = ?1 AND removed_at IS NULL";
        self.one(sql, [rows::stored_people(people)], |row| {
            Ok(RoomId(row.get(0)?))
        })
    }

    pub(super) fn find_newest_directs(&self, creator: UserId) -> Answer<Vec<OpenedDirect>> {
        let sql = "SELECT id, created_at, EXISTS (SELECT 1 FROM messages WHERE room = rooms.id)
             FROM rooms INDEXED BY rooms_direct_by_creator
             WHERE created_by = ?1 AND kind = 2 AND removed_at IS NULL
             ORDER BY created_at DESC LIMIT ?2";
        self.all(sql, params![creator.0, OpenedDirect::MOST], |row| {
            Ok(OpenedDirect {
                room: RoomId(row.get(0)?),
                at: Micros(row.get(1)?),
                is_written: row.get(2)?,
            })
        })
    }

    pub(super) fn update_room_row(&mut self, room: &Room, key: Option<&RoomNameKey>) -> Answer<()> {
        self.execute(
            "UPDATE rooms SET name = ?2, name_key = ?3, name_look = ?4, topic = ?5, info_rev = ?6,
             directory_rev = ?7, removed_at = ?8, posting = ?9, archived_at = ?10 WHERE id = ?1",
            params![
                room.id.0,
                room.name,
                key.map_or("", |key| key.word.as_str()),
                key.map(|key| key.look.as_str()),
                room.topic,
                room.rev.0,
                room.directory_rev.0,
                room.removed_at.map(|at| at.0),
                rows::stored_posting(room.posting),
                room.archived_at.map(|at| at.0),
            ],
        )
    }
}
