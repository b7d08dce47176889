//! Posting, editing, deleting and cancelling messages.

use rusqlite::{OptionalExtension, params};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, Rev, RoomId, Seq};
use shared::model::{Author, Message};

use super::transaction::{Applied, ApplyError, WriteTransaction};
use crate::store::sqlite::rows;
use crate::store::{Actor, Outcome, WriteRequest};

impl WriteTransaction<'_> {
    /// Inserts one row. The author's read mark is stored once for the whole transaction.
    pub(super) fn post(&mut self, request: &WriteRequest, room: RoomId, body: &str) -> Applied {
        self.open_room(room)?;
        let author = match &request.actor {
            Actor::User(user) => {
                let person = self.person(*user)?;
                Author {
                    id: Some(person.id),
                    name: person.name,
                    rev: person.rev,
                }
            }
            Actor::Named(name) => Author {
                id: None,
                name: name.clone(),
                rev: Rev::ZERO,
            },
            Actor::Operator => return Err(ErrorCode::Unauthorized.into()),
        };
        let rev = self.heads.next_room_rev(room);
        let seq = self.heads.next_seq(room);
        let stored_name = author.id.is_none().then_some(author.name.as_str());
        let address_id = self.address_id(request.address)?;
        if let Some(id) = author.id {
            self.mark_as_author(id)?;
        }
        self.statements
            .insert_post
            .prepared(self.connection)?
            .execute(params![
                room.0,
                seq.0,
                rev.0,
                author.id.map(|id| id.0),
                stored_name,
                request.client_id.as_ref().map(ClientId::as_bytes),
                request.client_id.map(|_| request.digest()),
                body,
                self.now.0,
                address_id,
                request.client_id.and_then(rows::client_id_case),
            ])?;
        if let Some(user) = author.id {
            self.raise_read_mark(user, room, seq);
        }
        let message = Message {
            seq,
            rev,
            author,
            client_id: request.client_id,
            body: body.to_owned(),
            posted_at: self.now,
            edited_at: None,
            deleted_at: None,
        };
        self.record_message(room, message, request.connection, true);
        Ok(Outcome::Message { room, seq, rev })
    }

    pub(super) fn edit(
        &mut self,
        actor: &Actor,
        room: RoomId,
        seq: Seq,
        rev: Rev,
        body: &str,
    ) -> Applied {
        let mut message = self.own_message(actor, room, seq)?;
        if message.is_deleted() {
            return Err(ErrorCode::MessageDeleted.into());
        }
        if message.rev != rev {
            return Err(ApplyError::Refused(Box::new(Refusal {
                current: Some(Box::new(message)),
                ..Refusal::new(ErrorCode::Stale)
            })));
        }
        message.rev = self.heads.next_room_rev(room);
        message.edited_at = Some(self.now);
        body.clone_into(&mut message.body);
        self.store_message(room, message)
    }

    pub(super) fn delete(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied {
        let mut message = self.own_message(actor, room, seq)?;
        if message.is_deleted() {
            // It is deleted already, by another window or by a second click.
            return Ok(Outcome::Message {
                room,
                seq,
                rev: message.rev,
            });
        }
        message.rev = self.heads.next_room_rev(room);
        message.deleted_at = Some(self.now);
        message.body.clear();
        self.store_message(room, message)
    }

    /// Deletes a message by the id that its sender gave it. If it is not stored yet, it will be
    /// refused when it comes.
    pub(super) fn cancel(&mut self, actor: &Actor, room: RoomId, target: ClientId) -> Applied {
        self.open_room(room)?;
        let author = self.acting_person(actor)?.id;
        let stored: Option<(i64, i64)> = self
            .connection
            .prepare_cached("SELECT room, seq FROM messages WHERE client_id = ?1 AND author = ?2")?
            .query_row(params![target.as_bytes(), author.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((stored_room, seq)) = stored {
            return self.delete(actor, RoomId(stored_room), Seq(seq));
        }
        self.store_cancellation(author, target)?;
        Ok(Outcome::Cancelled { room })
    }

    /// A message that the actor may change, as its author or as the operator.
    fn own_message(
        &mut self,
        actor: &Actor,
        room: RoomId,
        seq: Seq,
    ) -> Result<Message, ApplyError> {
        self.open_room(room)?;
        let allowed = match actor {
            Actor::Operator => None,
            Actor::User(_) | Actor::Named(_) => Some(self.acting_person(actor)?.id),
        };
        let message = self
            .connection
            .prepare_cached(&format!(
                "SELECT {} FROM messages m LEFT JOIN users u ON u.id = m.author
                 WHERE m.room = ?1 AND m.seq = ?2",
                rows::MESSAGE
            ))?
            .query_row([room.0, seq.0], rows::message)
            .optional()?
            .ok_or(ErrorCode::NoSuchMessage)?;
        if allowed.is_some() && message.author.id != allowed {
            return Err(ErrorCode::NotAuthor.into());
        }
        Ok(message)
    }

    fn store_message(&mut self, room: RoomId, message: Message) -> Applied {
        self.connection
            .prepare_cached(
                "UPDATE messages SET rev = ?3, body = ?4, edited_at = ?5, deleted_at = ?6
                 WHERE room = ?1 AND seq = ?2",
            )?
            .execute(params![
                room.0,
                message.seq.0,
                message.rev.0,
                message.body,
                message.edited_at.map(|at| at.0),
                message.deleted_at.map(|at| at.0),
            ])?;
        let (seq, rev) = (message.seq, message.rev);
        self.record_message(room, message, None, false);
        Ok(Outcome::Message { room, seq, rev })
    }
}
