//! Lines about a room: messages that say what happened there, in the commit in which it happens.

use shared::id::{Rev, RoomId};
use shared::model::{Author, Message, RoomEvent, RoomKind};

use super::tables::{MessageOrigin, PersonRow, RoomHead, Tables};
use super::{RuleResult, Rules};
use crate::store::Actor;

impl<T: Tables> Rules<T> {
    /// Who a line says has done something. The operator has no name.
    pub(super) fn line_author(&mut self, actor: &Actor) -> RuleResult<Author, T> {
        match actor {
            Actor::Operator | Actor::Named(_) => Ok(Author {
                id: None,
                name: String::new(),
                rev: Rev::ZERO,
            }),
            Actor::User(_) | Actor::RoomGuest(..) => {
                let profile = &self.acting_person(actor)?.profile;
                Ok(Author {
                    id: Some(profile.id),
                    name: profile.name.clone(),
                    rev: profile.rev,
                })
            }
        }
    }

    /// Posts a line, with the room's next place and revision. A direct conversation has none. The
    /// caller has read the rows of the author and of the people in it.
    pub(super) fn post_line(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        author: Author,
        event: RoomEvent,
    ) -> RuleResult<(), T> {
        if head.kind == RoomKind::Direct {
            return Ok(());
        }
        for user in author.id.iter().chain(&event.people) {
            let person = self.tables.person(*user)?;
            if let Some(person) = person.filter(|person| !person.has_posted) {
                // The line shows the name, so the row must stay.
                let person = PersonRow {
                    has_posted: true,
                    ..person.clone()
                };
                self.tables.put_person(&person)?;
            }
        }
        head.seq = head.seq.next();
        head.rev = head.rev.next();
        self.tables.put_room_head(room, *head);
        let line = Message {
            seq: head.seq,
            rev: head.rev,
            content_rev: None,
            author,
            client_id: None,
            body: String::new(),
            event: Some(Box::new(event)),
            posted_at: self.config.now,
            edited_at: None,
            deleted_at: None,
        };
        let origin = MessageOrigin {
            digest: None,
            address_id: None,
        };
        self.tables.insert_message(room, &line, origin)?;
        self.batch.add_post(room, line, None);
        Ok(())
    }
}
