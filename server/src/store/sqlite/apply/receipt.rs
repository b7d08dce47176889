//! One command per author and `client_id`: a retry gets the first answer.

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};
use shared::error::ErrorCode;
use shared::id::{ClientId, Rev, RoomId, Seq, UserId};

use super::{Applied, Halt, Transaction};
use crate::store::{Command, Outcome, Write};

/// The digest of a post that was cancelled before it came. No command has it.
const CANCELLED: i64 = 0;

/// Answers of one author that are remembered; beyond, the oldest are forgotten, so many at once.
const MOST: u32 = 10_000;
const FORGOTTEN: u32 = 1_000;

impl Write {
    /// A fingerprint of the command, to tell a retry from another command that uses
    /// the same id. Never [`CANCELLED`].
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
        match &self.command {
            Command::Post { room, body } => text("post", &[room.0], &[Some(body)]),
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
            Command::CreateRoom { name, topic, .. } => {
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
            // These carry no client_id: they are harmless to repeat, or are the operator's.
            Command::RemoveRoom { .. }
            | Command::MarkRead { .. }
            | Command::SetRoom { .. }
            | Command::CreateGuest { .. }
            | Command::TouchSession { .. }
            | Command::EndSession { .. }
            | Command::RemoveUser { .. }
            | Command::Block { .. }
            | Command::Unblock { .. }
            | Command::Tend => {}
        }
        let bytes: [u8; 32] = hash.finalize().into();
        let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
        match i64::from_le_bytes(first) {
            CANCELLED => CANCELLED + 1,
            digest => digest,
        }
    }
}

impl Transaction<'_> {
    /// The first answer, if this command was carried out before.
    pub(super) fn answered_before(&mut self, write: &Write) -> Result<Option<Applied>, Halt> {
        let (Some(client_id), Some(author)) = (write.client_id, write.actor.user()) else {
            return Ok(None);
        };
        let key = params![client_id.as_bytes(), author.0];
        let answer = |row: &rusqlite::Row<'_>| {
            let outcome = Outcome {
                room: row.get::<_, Option<i64>>(1)?.map(RoomId),
                seq: row.get::<_, Option<i64>>(2)?.map(Seq),
                rev: row.get::<_, Option<i64>>(3)?.map(Rev),
                user: None,
            };
            Ok((row.get::<_, i64>(0)?, outcome))
        };
        let posted = self
            .statements
            .posted
            .on(self.connection)?
            .query_row(key, answer)
            .optional()?;
        let found = match posted {
            Some(found) => Some(found),
            None => self
                .statements
                .receipt
                .on(self.connection)?
                .query_row(key, answer)
                .optional()?,
        };
        Ok(found.map(|(digest, outcome)| match digest {
            CANCELLED => Err(ErrorCode::Cancelled.into()),
            digest if digest == write.digest() => Ok(outcome),
            _ => Err(ErrorCode::ClientIdReused.into()),
        }))
    }

    /// Keeps the answer to a command other than a post, whose message is its receipt (and
    /// leaves one behind when it is erased: `purge`).
    pub(super) fn remember(&mut self, write: &Write, outcome: &Outcome) -> Result<(), Halt> {
        let (Some(client_id), Some(author)) = (write.client_id, write.actor.user()) else {
            return Ok(());
        };
        self.keep(client_id, author, write.digest(), outcome)
    }

    /// Sees to it that a post that may still be on its way is refused when it comes. What was
    /// carried out under this id is no post, and cannot be taken back.
    pub(super) fn forbid(&mut self, author: UserId, target: ClientId) -> Result<(), Halt> {
        let kept: Option<i64> = self
            .connection
            .prepare_cached("SELECT digest FROM receipts WHERE client_id = ?1 AND author = ?2")?
            .query_row(params![target.as_bytes(), author.0], |row| row.get(0))
            .optional()?;
        match kept {
            Some(digest) if digest != CANCELLED => Err(ErrorCode::ClientIdReused.into()),
            _ => self.keep(target, author, CANCELLED, &Outcome::default()),
        }
    }

    fn keep(
        &mut self,
        client_id: ClientId,
        author: UserId,
        digest: i64,
        outcome: &Outcome,
    ) -> Result<(), Halt> {
        self.connection
            .prepare_cached(
                "INSERT INTO receipts (client_id, author, digest, room, seq, rev, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                client_id.as_bytes(),
                author.0,
                digest,
                outcome.room.map(|room| room.0),
                outcome.seq.map(|seq| seq.0),
                outcome.rev.map(|rev| rev.0),
                self.now.0,
            ])?;
        self.bound_receipts(author)
    }

    /// Forgets the oldest answers of an author who has too many.
    fn bound_receipts(&mut self, author: UserId) -> Result<(), Halt> {
        let (connection, epoch) = (self.connection, self.epoch);
        let Some(head) = self.heads.user(connection, epoch, author)? else {
            return Ok(());
        };
        let kept = match head.receipts {
            Some(kept) => kept + 1,
            None => connection
                .prepare_cached("SELECT count(*) FROM receipts WHERE author = ?1")?
                .query_row([author.0], |row| row.get(0))?,
        };
        head.receipts = Some(kept);
        if kept > MOST {
            let forgotten = connection
                .prepare_cached(
                    "DELETE FROM receipts WHERE (client_id, author) IN
                     (SELECT client_id, author FROM receipts WHERE author = ?1 ORDER BY at LIMIT ?2)",
                )?
                .execute(params![author.0, FORGOTTEN])?;
            let forgotten = u32::try_from(forgotten).unwrap_or(FORGOTTEN);
            head.receipts = Some(kept.saturating_sub(forgotten));
        }
        Ok(())
    }
}
