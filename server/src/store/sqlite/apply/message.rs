//! Posting, editing, deleting, taking back.

use rusqlite::{OptionalExtension, params};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, Rev, RoomId, Seq};
use shared::model::{Author, Message};

use super::super::rows;
use super::{Applied, Halt, Transaction};
use crate::store::{Actor, Outcome, Write};

impl Transaction<'_> {
    /// One insert, and the author's mark once for the whole batch.
    pub(super) fn post(&mut self, write: &Write, room: RoomId, body: &str) -> Applied {
        self.open_room(room)?;
        let author = match &write.actor {
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
        let rev = self.heads.raise_room(room);
        let seq = self.heads.place(room);
        let kept_name = author.id.is_none().then_some(author.name.as_str());
        let from = self.address(write.from)?;
        if let Some(id) = author.id {
            self.has_posted(id)?;
        }
        self.statements.post.on(self.connection)?.execute(params![
            room.0,
            seq.0,
            rev.0,
            author.id.map(|id| id.0),
            kept_name,
            write.client_id.as_ref().map(ClientId::as_bytes),
            write.client_id.map(|_| write.digest()),
            body,
            self.now.0,
            from,
            write.client_id.and_then(rows::spelling),
        ])?;
        if let Some(user) = author.id {
            self.raise_mark(user, room, seq);
        }
        let message = Message {
            seq,
            rev,
            author,
            client_id: write.client_id,
            body: body.to_owned(),
            posted_at: self.now,
            edited_at: None,
            deleted_at: None,
        };
        self.tell_message(room, message, write.origin, true);
        Ok(Outcome {
            room: Some(room),
            seq: Some(seq),
            rev: Some(rev),
            user: None,
        })
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
            return Err(Halt::Refused(Box::new(Refusal {
                current: Some(Box::new(message)),
                ..Refusal::new(ErrorCode::Stale)
            })));
        }
        message.rev = self.heads.raise_room(room);
        message.edited_at = Some(self.now);
        body.clone_into(&mut message.body);
        self.store_message(room, message)
    }

    pub(super) fn delete(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied {
        let mut message = self.own_message(actor, room, seq)?;
        if message.is_deleted() {
            // What was asked for is so already: a second window, or a retry by hand.
            return Ok(Outcome {
                room: Some(room),
                seq: Some(seq),
                rev: Some(message.rev),
                user: None,
            });
        }
        message.rev = self.heads.raise_room(room);
        message.deleted_at = Some(self.now);
        message.body.clear();
        self.store_message(room, message)
    }

    /// Deletes a post by its sender's id, or sees to it that it never is stored.
    pub(super) fn cancel(&mut self, actor: &Actor, room: RoomId, target: ClientId) -> Applied {
        self.open_room(room)?;
        let author = self.actor(actor)?.id;
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
        self.forbid(author, target)?;
        Ok(Outcome {
            room: Some(room),
            ..Outcome::default()
        })
    }

    /// A message that the actor may change: its author, or the operator.
    fn own_message(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Result<Message, Halt> {
        self.open_room(room)?;
        let allowed = match actor {
            Actor::Operator => None,
            Actor::User(_) | Actor::Named(_) => Some(self.actor(actor)?.id),
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
        self.tell_message(room, message, None, false);
        Ok(Outcome {
            room: Some(room),
            seq: Some(seq),
            rev: Some(rev),
            user: None,
        })
    }
}
