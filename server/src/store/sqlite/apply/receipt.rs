//! Receipts: a command with an author and a `client_id` is carried out once. A retry gets the
//! first result.

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{ClientId, Rev, RoomId, Seq, UserId};

use super::transaction::{Applied, ApplyError, WriteTransaction};
use crate::store::{Outcome, WriteCommand, WriteRequest};

/// The stored digest of a post that was cancelled before it came. No command has this digest.
const CANCELLED: i64 = 0;

/// Receipts that one author may have. Above that, the oldest are deleted, this many at once.
const MAX_RECEIPTS: u32 = 10_000;
const DELETED_AT_ONCE: u32 = 1_000;

impl WriteRequest {
    /// A digest of the command, which distinguishes a retry from another command with the same
    /// id. Never [`CANCELLED`].
    pub(super) fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        let mut text = |tag: &str, numbers: &[i64], texts: &[Option<&str>]| {
            hash.update(tag);
            for number in numbers {
                hash.update(number.to_le_bytes());
            }
            for text in texts {
                hash.update([u8::from(text.is_some())]);
                let text = text.unwrap_or_default();
                hash.update(text.len().to_le_bytes());
                hash.update(text);
            }
        };
        let WriteCommand::Client(command) = &self.command else {
            // Those of the server and its operator have no client_id.
            return CANCELLED + 1;
        };
        match command {
            Command::Send { room, body } => text("post", &[room.0], &[Some(body)]),
            Command::Edit {
                room,
                seq,
                rev,
                body,
            } => {
                text("edit", &[room.0, seq.0, rev.0], &[Some(body)]);
            }
            Command::Delete { room, seq } => text("delete", &[room.0, seq.0], &[]),
            Command::Cancel { room, target } => {
                text("cancel", &[room.0], &[]);
                hash.update(target.as_bytes());
            }
            Command::CreateRoom { name, topic } => {
                text("create_room", &[], &[Some(name), Some(topic)]);
            }
            Command::UpdateRoom {
                room,
                rev,
                name,
                topic,
            } => {
                text(
                    "update_room",
                    &[room.0, rev.0],
                    &[name.as_deref(), topic.as_deref()],
                );
            }
            Command::Rename { name } => text("rename", &[], &[Some(name)]),
            // Repeating it is harmless; it has no client_id.
            Command::MarkRead { room, seq } => text("mark_read", &[room.0, seq.0], &[]),
        }
        let bytes: [u8; 32] = hash.finalize().into();
        let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
        match i64::from_le_bytes(first) {
            CANCELLED => CANCELLED + 1,
            digest => digest,
        }
    }
}

impl WriteTransaction<'_> {
    /// The first result, if this command was carried out before.
    pub(super) fn find_receipt(
        &mut self,
        request: &WriteRequest,
    ) -> Result<Option<Applied>, ApplyError> {
        let (Some(client_id), Some(author)) = (request.client_id, request.actor.user()) else {
            return Ok(None);
        };
        let key = params![client_id.as_bytes(), author.0];
        let read_receipt = |row: &rusqlite::Row<'_>| {
            let outcome = Outcome::of_parts(
                row.get::<_, Option<i64>>(1)?.map(RoomId),
                row.get::<_, Option<i64>>(2)?.map(Seq),
                row.get::<_, Option<i64>>(3)?.map(Rev),
            );
            Ok((row.get::<_, i64>(0)?, outcome))
        };
        let posted = self
            .statements
            .find_posted
            .prepared(self.connection)?
            .query_row(key, read_receipt)
            .optional()?;
        let found = match posted {
            Some(found) => Some(found),
            None => self
                .statements
                .find_receipt
                .prepared(self.connection)?
                .query_row(key, read_receipt)
                .optional()?,
        };
        Ok(found.map(|(digest, outcome)| match digest {
            CANCELLED => Err(ErrorCode::Cancelled.into()),
            digest if digest == request.digest() => Ok(outcome),
            _ => Err(ErrorCode::ClientIdReused.into()),
        }))
    }

    /// Stores the receipt of a command. A post needs none: its message is the receipt, and
    /// leaves one when it is erased (`purge`).
    pub(super) fn store_receipt(
        &mut self,
        request: &WriteRequest,
        outcome: &Outcome,
    ) -> Result<(), ApplyError> {
        let (Some(client_id), Some(author)) = (request.client_id, request.actor.user()) else {
            return Ok(());
        };
        self.insert_receipt(client_id, author, request.digest(), outcome)
    }

    /// Makes a post that may still be on its way be refused when it comes. If another command
    /// was carried out under this id, it cannot be cancelled.
    pub(super) fn store_cancellation(
        &mut self,
        author: UserId,
        target: ClientId,
    ) -> Result<(), ApplyError> {
        let stored: Option<i64> = self
            .connection
            .prepare_cached("SELECT digest FROM receipts WHERE client_id = ?1 AND author = ?2")?
            .query_row(params![target.as_bytes(), author.0], |row| row.get(0))
            .optional()?;
        match stored {
            Some(digest) if digest != CANCELLED => Err(ErrorCode::ClientIdReused.into()),
            _ => self.insert_receipt(target, author, CANCELLED, &Outcome::Done),
        }
    }

    fn insert_receipt(
        &mut self,
        client_id: ClientId,
        author: UserId,
        digest: i64,
        outcome: &Outcome,
    ) -> Result<(), ApplyError> {
        let (room, seq, rev) = outcome.parts();
        self.connection
            .prepare_cached(
                "INSERT INTO receipts (client_id, author, digest, room, seq, rev, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                client_id.as_bytes(),
                author.0,
                digest,
                room.map(|room| room.0),
                seq.map(|seq| seq.0),
                rev.map(|rev| rev.0),
                self.now.0,
            ])?;
        self.limit_receipts(author)
    }

    /// Deletes the oldest receipts of an author who has too many.
    fn limit_receipts(&mut self, author: UserId) -> Result<(), ApplyError> {
        let (connection, epoch) = (self.connection, self.epoch_ordinal);
        let Some(head) = self.heads.user(connection, epoch, author)? else {
            return Ok(());
        };
        let count = match head.receipts {
            Some(count) => count + 1,
            None => connection
                .prepare_cached("SELECT count(*) FROM receipts WHERE author = ?1")?
                .query_row([author.0], |row| row.get(0))?,
        };
        head.receipts = Some(count);
        if count > MAX_RECEIPTS {
            let deleted = connection
                .prepare_cached(
                    "DELETE FROM receipts WHERE (client_id, author) IN
                     (SELECT client_id, author FROM receipts WHERE author = ?1 ORDER BY at LIMIT ?2)",
                )?
                .execute(params![author.0, DELETED_AT_ONCE])?;
            let deleted = u32::try_from(deleted).unwrap_or(DELETED_AT_ONCE);
            head.receipts = Some(count.saturating_sub(deleted));
        }
        Ok(())
    }
}
