//! Creating, changing and removing rooms.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Rev, RoomId, Seq};
use shared::model::Room;

use super::tables::{RoomHead, Tables};
use super::{Applied, RuleError, RuleResult, Rules};
use crate::names::RoomNameKey;
use crate::store::{Actor, Outcome, WriteRequest};

impl<T: Tables> Rules<T> {
    pub(super) fn create_room(
        &mut self,
        request: &WriteRequest,
        name: &str,
        topic: &str,
    ) -> Applied<T> {
        let creator = self.acting_person(&request.actor)?.profile.id;
        let rooms = self.tables.room_counts(creator)?;
        let quota = self.config.room_quota;
        if rooms.total >= quota.total || rooms.of_creator >= quota.per_person {
            return Err(ErrorCode::TooManyRooms.into());
        }
        let key = RoomNameKey::of(name);
        self.require_free_name(&key, None)?;
        let id = self.tables.new_room_id()?;
        let directory_rev = self.tables.directory_rev()?.next();
        let now = self.config.now;
        let address_id = match request.address {
            Some(address) => Some(self.tables.address_id(address, now)?),
            None => None,
        };
        // Decided: from here on it writes.
        let head = RoomHead {
            seq: Seq::ZERO,
            rev: Rev::ZERO.next(),
            is_removed: false,
        };
        let room = Room {
            id,
            name: name.to_owned(),
            topic: topic.to_owned(),
            rev: head.rev,
            directory_rev,
            seq: head.seq,
            created_at: now,
            created_by: Some(creator),
            removed_at: None,
        };
        self.tables.put_directory_rev(directory_rev);
        self.tables.insert_room(&room, &key, address_id)?;
        self.tables.put_room_head(id, head);
        self.batch.add_room(room);
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    pub(super) fn update_room(
        &mut self,
        actor: &Actor,
        id: RoomId,
        rev: Rev,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied<T> {
        let person = self.acting_person(actor)?.profile.id;
        let (head, room) = self.room_state(id)?;
        if room.created_by != Some(person) {
            return Err(ErrorCode::NotPermitted.into());
        }
        if room.rev != rev {
            return Err(Refusal {
                current_room: Some(Box::new(room)),
                ..Refusal::new(ErrorCode::Stale)
            }
            .into());
        }
        self.rewrite_room(head, room, name, topic)
    }

    /// As [`Rules::update_room`], by the operator and whatever the room's revision.
    pub fn set_room(&mut self, id: RoomId, name: Option<&str>, topic: Option<&str>) -> Applied<T> {
        let (head, room) = self.room_state(id)?;
        self.rewrite_room(head, room, name, topic)
    }

    fn rewrite_room(
        &mut self,
        head: RoomHead,
        mut room: Room,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied<T> {
        if let Some(name) = name {
            self.require_free_name(&RoomNameKey::of(name), Some(room.id))?;
            name.clone_into(&mut room.name);
        }
        if let Some(topic) = topic {
            topic.clone_into(&mut room.topic);
        }
        self.store_room(head, room)
    }

    /// The room's row stays as a tombstone. The store erases the room's messages later, in small
    /// steps, so that no command waits for that.
    pub(super) fn remove_room(&mut self, id: RoomId) -> Applied<T> {
        if id == RoomId::LOBBY {
            return Err(Refusal {
                message: "the lobby cannot be removed".into(),
                ..Refusal::new(ErrorCode::BadCommand)
            }
            .into());
        }
        let (mut head, mut room) = self.room_state(id)?;
        head.is_removed = true;
        room.removed_at = Some(self.config.now);
        self.store_room(head, room)
    }

    fn store_room(&mut self, mut head: RoomHead, mut room: Room) -> Applied<T> {
        let directory_rev = self.tables.directory_rev()?.next();
        head.rev = head.rev.next();
        room.rev = head.rev;
        room.directory_rev = directory_rev;
        self.tables.put_directory_rev(directory_rev);
        self.tables.put_room_head(room.id, head);
        self.tables.put_room(&room, &RoomNameKey::of(&room.name))?;
        let outcome = Outcome::Room {
            room: room.id,
            rev: room.rev,
        };
        self.batch.add_room(room);
        Ok(outcome)
    }

    /// The head and the state of a room that exists and is not removed.
    fn room_state(&mut self, id: RoomId) -> RuleResult<(RoomHead, Room), T> {
        let head = self.open_room(id)?;
        let room = self.tables.room(id)?;
        let mut room = room.ok_or(RuleError::from(ErrorCode::NoSuchRoom))?;
        room.seq = head.seq;
        Ok((head, room))
    }

    fn require_free_name(
        &mut self,
        key: &RoomNameKey,
        except: Option<RoomId>,
    ) -> RuleResult<(), T> {
        let named = self.tables.rooms_named(key)?;
        if named.iter().any(|room| Some(*room) != except) {
            return Err(ErrorCode::NameTaken.into());
        }
        Ok(())
    }
}
