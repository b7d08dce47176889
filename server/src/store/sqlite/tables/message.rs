//! Writes the rows of messages.

use rusqlite::params;
use shared::id::{ClientId, RoomId, Seq};
use shared::model::Message;

use super::{Answer, SqliteTables};
use crate::store::rules::{MessageOrigin, VersionRow};
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn insert_message_row(
        &mut self,
        room: RoomId,
        message: &Message,
        origin: MessageOrigin,
    ) -> Answer<()> {
        let author = &message.author;
        let stored_name = author.id.is_none().then_some(author.name.as_str());
        self.statements
            .insert_post
            .prepared(self.connection)?
            .execute(params![
                room.0,
                message.seq.0,
                message.rev.0,
                author.id.map(|id| id.0),
                stored_name,
                message.client_id.as_ref().map(ClientId::as_bytes),
                origin.digest,
                message.body,
                message.posted_at.0,
                origin.address_id,
                message.client_id.and_then(rows::client_id_case),
                rows::stored_event(message),
            ])?;
        Ok(())
    }

    pub(super) fn update_message_row(&mut self, room: RoomId, message: &Message) -> Answer<()> {
        self.execute(
            "UPDATE messages SET rev = ?3, body = ?4, edited_at = ?5, deleted_at = ?6,
             content_rev = ?7
             WHERE room = ?1 AND seq = ?2",
            params![
                room.0,
                message.seq.0,
                message.rev.0,
                message.body,
                message.edited_at.map(|at| at.0),
                message.deleted_at.map(|at| at.0),
                message.content_rev.map(|rev| rev.0),
            ],
        )
    }

    pub(super) fn insert_version_row(
        &mut self,
        room: RoomId,
        seq: Seq,
        version: &VersionRow,
    ) -> Answer<()> {
        self.execute(
            "INSERT INTO message_versions (room, seq, rev, body, written_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                room.0,
                seq.0,
                version.rev.0,
                version.body,
                version.written_at.0
            ],
        )?;
        self.execute(
            "DELETE FROM message_versions WHERE (room, seq, rev) IN
             (SELECT room, seq, rev FROM message_versions WHERE room = ?1 AND seq = ?2
              ORDER BY rev DESC LIMIT -1 OFFSET ?3)",
            params![room.0, seq.0, VersionRow::MOST],
        )
    }
}
