//! Creating, changing and removing rooms.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Rev, RoomId, Seq};
use shared::model::{MemberRole, Room, RoomKind};

use super::access::AccessibleRoom;
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
        kind: RoomKind,
    ) -> Applied<T> {
        if request.actor.only_room().is_some() {
            return Err(ErrorCode::NotPermitted.into());
        }
        let creator = self.acting_person(&request.actor)?.profile.clone();
        let creator = match kind {
            RoomKind::Public => creator,
            // The first member.
            RoomKind::Private => self.with_username(creator)?,
        };
        let rooms = self.tables.room_counts(creator.id)?;
        let quota = self.config.room_quota;
        if rooms.total >= quota.total || rooms.of_creator >= quota.per_person {
            return Err(ErrorCode::TooManyRooms.into());
        }
        let key = unique_name(kind, name);
        self.require_free_name(key.as_ref(), None)?;
        let id = self.tables.new_room_id()?;
        let directory_rev = self.next_directory_rev(kind)?;
        self.tables.stream_rev(creator.id)?;
        let now = self.config.now;
        let address_id = match request.address {
            Some(address) => Some(self.tables.address_id(address, now)?),
            None => None,
        };
        // Decided: from here on it writes.
        let head = RoomHead {
            kind,
            seq: Seq::ZERO,
            rev: Rev::ZERO.next(),
            is_removed: false,
        };
        let room = Room {
            id,
            kind,
            name: name.to_owned(),
            topic: topic.to_owned(),
            rev: head.rev,
            directory_rev,
            seq: head.seq,
            created_at: now,
            created_by: Some(creator.id),
            removed_at: None,
        };
        self.put_directory_rev(&room);
        self.tables.insert_room(&room, key.as_ref(), address_id)?;
        self.tables.put_room_head(id, head);
        let rev = room.rev;
        self.batch.add_room(room);
        if kind == RoomKind::Private {
            self.begin_membership(id, head, creator, MemberRole::Manager)?;
        }
        Ok(Outcome::Room { room: id, rev })
    }

    /// Its creator changes a public room, its managers a private one.
    pub(super) fn update_room(
        &mut self,
        actor: &Actor,
        id: RoomId,
        rev: Rev,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied<T> {
        let person = self.acting_person(actor)?.profile.id;
        let (access, room) = self.room_state(actor, id)?;
        let is_permitted = match room.kind {
            RoomKind::Public => room.created_by == Some(person),
            RoomKind::Private => access.may_manage(),
        };
        if !is_permitted {
            return Err(ErrorCode::NotPermitted.into());
        }
        if room.rev != rev {
            return Err(Refusal {
                current_room: Some(Box::new(room)),
                ..Refusal::new(ErrorCode::Stale)
            }
            .into());
        }
        self.rewrite_room(access.head, room, name, topic)
    }

    /// As [`Rules::update_room`], by the operator and whatever the room's revision.
    pub fn set_room(
        &mut self,
        actor: &Actor,
        id: RoomId,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied<T> {
        let (access, room) = self.room_state(actor, id)?;
        self.rewrite_room(access.head, room, name, topic)
    }

    fn rewrite_room(
        &mut self,
        head: RoomHead,
        mut room: Room,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied<T> {
        if let Some(name) = name {
            let key = unique_name(room.kind, name);
            self.require_free_name(key.as_ref(), Some(room.id))?;
            name.clone_into(&mut room.name);
        }
        if let Some(topic) = topic {
            topic.clone_into(&mut room.topic);
        }
        self.store_room(head, room)
    }

    /// The room's row stays as a tombstone. The store erases the room's messages later, in small
    /// steps, so that no command waits for that. Memberships end with the room: who was a member
    /// learns of it in the room's stream, so that the removal of a room with thousands of members
    /// is one change and not thousands.
    pub(super) fn remove_room(&mut self, actor: &Actor, id: RoomId) -> Applied<T> {
        if id == RoomId::LOBBY {
            return Err(Refusal::bad_command("the lobby cannot be removed").into());
        }
        let (access, mut room) = self.room_state(actor, id)?;
        let head = RoomHead {
            is_removed: true,
            ..access.head
        };
        room.removed_at = Some(self.config.now);
        self.store_room(head, room)
    }

    fn store_room(&mut self, mut head: RoomHead, mut room: Room) -> Applied<T> {
        room.directory_rev = self.next_directory_rev(room.kind)?;
        head.rev = head.rev.next();
        room.rev = head.rev;
        self.put_directory_rev(&room);
        self.tables.put_room_head(room.id, head);
        let key = unique_name(room.kind, &room.name);
        self.tables.put_room(&room, key.as_ref())?;
        let outcome = Outcome::Room {
            room: room.id,
            rev: room.rev,
        };
        self.batch.add_room(room);
        Ok(outcome)
    }

    /// What the actor is in a room, and the room's state.
    fn room_state(&mut self, actor: &Actor, id: RoomId) -> RuleResult<(AccessibleRoom, Room), T> {
        let access = self.access(actor, id)?;
        let room = self.tables.room(id)?;
        let mut room = room.ok_or(RuleError::from(ErrorCode::NoSuchRoom))?;
        room.seq = access.head.seq;
        Ok((access, room))
    }

    /// The directory's revision for a change of a room; zero if the room is not in it.
    fn next_directory_rev(&mut self, kind: RoomKind) -> RuleResult<Rev, T> {
        Ok(match kind {
            RoomKind::Public => self.tables.directory_rev()?.next(),
            RoomKind::Private => Rev::ZERO,
        })
    }

    fn put_directory_rev(&mut self, room: &Room) {
        if room.directory_rev > Rev::ZERO {
            self.tables.put_directory_rev(room.directory_rev);
        }
    }

    fn require_free_name(
        &mut self,
        key: Option<&RoomNameKey>,
        except: Option<RoomId>,
    ) -> RuleResult<(), T> {
        let named = match key {
            Some(key) => self.tables.rooms_named(key)?,
            None => Vec::new(),
        };
        if named.iter().any(|room| Some(*room) != except) {
            return Err(ErrorCode::NameTaken.into());
        }
        Ok(())
    }
}

/// The key by which a room's name is unique; none if it need not be. A refusal would tell an
/// outsider that a private room has that name.
fn unique_name(kind: RoomKind, name: &str) -> Option<RoomNameKey> {
    match kind {
        RoomKind::Public => Some(RoomNameKey::of(name)),
        RoomKind::Private => None,
    }
}
