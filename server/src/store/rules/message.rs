//! Posting, editing, deleting and cancelling messages.

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, Rev, Seq};
use shared::model::{Author, MemberRole, Message};
use shared::permission::Action;

use super::access::AccessibleRoom;
use super::audit::Act;
use super::tables::{MessageOrigin, PersonRow, Tables};
use super::{Applied, RuleError, RuleResult, Rules};
use crate::store::{Actor, Outcome, WriteRequest};

impl<T: Tables> Rules<T> {
    pub(super) fn post(
        &mut self,
        request: &WriteRequest,
        room: AccessibleRoom,
        body: &str,
    ) -> Applied<T> {
        let AccessibleRoom {
            id: room, mut head, ..
        } = room;
        let mut is_first_post = false;
        let author = match &request.actor {
            Actor::User(user) | Actor::RoomGuest(user, _) => {
                let person = self.person(*user)?;
                is_first_post = !person.has_posted;
                Author {
                    id: Some(*user),
                    name: person.profile.name.clone(),
                    rev: person.profile.rev,
                }
            }
            Actor::Named(name) => Author {
                id: None,
                name: name.clone(),
                rev: Rev::ZERO,
            },
            Actor::Operator => return Err(ErrorCode::Unauthorized.into()),
        };
        if let Some(user) = author.id {
            self.read_mark(user, room)?;
        }
        let new_members = self.direct_new_members(room, head)?;
        let now = self.config.now;
        let address_id = match request.address {
            Some(address) => Some(self.tables.address_id(address, now)?),
            None => None,
        };
        // Decided: from here on it writes.
        for new_member in new_members {
            self.admit(room, &mut head, new_member, MemberRole::Member)?;
        }
        head.seq = head.seq.next();
        head.rev = head.rev.next();
        self.tables.put_room_head(room, head);
        let message = Message {
            seq: head.seq,
            rev: head.rev,
            content_rev: None,
            author,
            client_id: request.client_id,
            body: body.to_owned(),
            event: None,
            posted_at: now,
            edited_at: None,
            deleted_at: None,
        };
        let origin = MessageOrigin {
            digest: request.client_id.map(|_| request.digest()),
            address_id,
        };
        self.tables.insert_message(room, &message, origin)?;
        if let Some(user) = message.author.id {
            if is_first_post {
                let person = PersonRow {
                    has_posted: true,
                    ..self.person(user)?.clone()
                };
                self.tables.put_person(&person)?;
            }
            self.raise_read_mark(user, room, head.seq);
        }
        self.batch.add_post(room, message, request.connection);
        Ok(Outcome::Message {
            room,
            seq: head.seq,
            rev: head.rev,
        })
    }

    /// Changes a text that is still the one which its author has seen. Nothing but a change of
    /// the text makes an edit stale.
    pub(super) fn edit(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        seq: Seq,
        rev: Rev,
        body: &str,
    ) -> Applied<T> {
        let mut message = self.message_for(actor, room, seq)?;
        if !self.is_own(actor, &message)? {
            return Err(ErrorCode::NotAuthor.into());
        }
        if message.is_deleted() {
            return Err(ErrorCode::MessageDeleted.into());
        }
        if message.content_rev() != rev {
            return Err(Refusal {
                current: Some(Box::new(message)),
                ..Refusal::new(ErrorCode::Stale)
            }
            .into());
        }
        message.edited_at = Some(self.config.now);
        body.clone_into(&mut message.body);
        self.store_text(room, message)
    }

    /// Deletes a message: its author, and who may delete those of others.
    pub(super) fn delete(&mut self, actor: &Actor, room: AccessibleRoom, seq: Seq) -> Applied<T> {
        let message = self.message_for(actor, room, seq)?;
        if !self.is_own(actor, &message)? {
            match self.access(actor, room.id, Action::DeleteOthers) {
                Ok(_) => {}
                Err(RuleError::Refused(_)) => return Err(ErrorCode::NotAuthor.into()),
                Err(other) => return Err(other),
            }
        }
        let is_own = message.author.id.is_some() && message.author.id == actor.user();
        if !is_own && !message.is_deleted() {
            let act = Act::new(AuditAction::DeleteMessage)
                .to(message.author.id)
                .message(seq);
            self.note_in_room(actor, room.id, room.head.kind, act)?;
        }
        self.erase_message(room, message)
    }

    /// Erases the text of a message. Who may do that was decided before.
    pub(super) fn erase_message(
        &mut self,
        room: AccessibleRoom,
        mut message: Message,
    ) -> Applied<T> {
        if message.is_deleted() {
            // It is deleted already, by another window or by a second click.
            return Ok(Outcome::Message {
                room: room.id,
                seq: message.seq,
                rev: message.rev,
            });
        }
        message.deleted_at = Some(self.config.now);
        message.body.clear();
        self.store_text(room, message)
    }

    /// Deletes a message by the id that its sender gave it. If it is not stored yet, it will be
    /// refused when it comes. A message of another room is another command's: an answer about it
    /// would tell whether that room exists.
    pub(super) fn cancel(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        target: ClientId,
    ) -> Applied<T> {
        let author = self.acting_person(actor)?.profile.id;
        let receipt = self.tables.receipt(author, target)?;
        if let Some(receipt) = &receipt
            && receipt.is_message
            && let Outcome::Message { room: of, seq, .. } = receipt.outcome
            && of == room.id
        {
            return self.delete(actor, room, seq);
        }
        self.store_cancellation(author, target, receipt)?;
        Ok(Outcome::Cancelled { room: room.id })
    }

    /// A message that exists for the actor. A line about the room is no message of somebody, and
    /// stays.
    pub(super) fn message_for(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        seq: Seq,
    ) -> RuleResult<Message, T> {
        let message = self.tables.message(room.id, seq)?;
        let exists = |message: &Message| {
            message.event.is_none() && actor.only_room().is_none_or(|only| only.has_message(seq))
        };
        let message = message.filter(exists);
        Ok(message.ok_or(ErrorCode::NoSuchMessage)?)
    }

    /// Whether the actor wrote a message. The operator acts for its author.
    fn is_own(&mut self, actor: &Actor, message: &Message) -> RuleResult<bool, T> {
        match actor {
            Actor::Operator => Ok(true),
            Actor::User(_) | Actor::RoomGuest(..) | Actor::Named(_) => {
                let person = self.acting_person(actor)?.profile.id;
                Ok(message.author.id == Some(person))
            }
        }
    }

    /// Stores a message with a new text, or none.
    fn store_text(&mut self, room: AccessibleRoom, mut message: Message) -> Applied<T> {
        let AccessibleRoom {
            id: room, mut head, ..
        } = room;
        head.rev = head.rev.next();
        message.rev = head.rev;
        message.content_rev = None;
        self.tables.put_room_head(room, head);
        self.tables.put_message(room, &message)?;
        let (seq, rev) = (message.seq, message.rev);
        self.batch.add_change(room, message);
        Ok(Outcome::Message { room, seq, rev })
    }
}
