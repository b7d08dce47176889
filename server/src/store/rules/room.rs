//! Creating, changing, archiving and removing rooms.

use std::net::IpAddr;

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, Rev, RoomId, UserId};
use shared::model::{EventKind, MemberRole, Room, RoomEvent, RoomKind};
use shared::permission::Action;

use super::access::AccessibleRoom;
use super::audit::{Act, room_change};
use super::room_change::RoomChange;
use super::tables::{RoomHead, Tables};
use super::{Applied, RuleError, RuleResult, Rules};
use crate::names::RoomNameKey;
use crate::store::{Actor, Outcome};

/// A room without a name, as it is made.
pub(super) fn new_room(id: RoomId, head: RoomHead, created_by: UserId, now: Micros) -> Room {
    Room {
        id,
        kind: head.kind,
        name: String::new(),
        topic: String::new(),
        rev: head.rev,
        directory_rev: Rev::ZERO,
        seq: head.seq,
        created_at: now,
        created_by: Some(created_by),
        posting: head.posting,
        people: Vec::new(),
        archived_at: None,
        removed_at: None,
    }
}

impl<T: Tables> Rules<T> {
    pub(super) fn create_room(
        &mut self,
        actor: &Actor,
        address: Option<IpAddr>,
        name: &str,
        topic: &str,
        kind: RoomKind,
    ) -> Applied<T> {
        if kind == RoomKind::Direct {
            let message = "open_direct opens a direct conversation";
            return Err(Refusal::bad_command(message).into());
        }
        let creator = self.acting_person(actor)?;
        // Also if the operator makes it in the name of such a guest.
        if creator.only_room.is_some() {
            return Err(ErrorCode::NotPermitted.into());
        }
        let creator = creator.profile.clone();
        // The first member.
        let creator = self.with_username(creator)?;
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
        let address_id = match address {
            Some(address) => Some(self.tables.address_id(address, now)?),
            None => None,
        };
        // Decided: from here on it writes.
        let mut head = RoomHead::new(kind);
        let room = Room {
            name: name.to_owned(),
            topic: topic.to_owned(),
            directory_rev,
            ..new_room(id, head, creator.id, now)
        };
        self.put_directory_rev(&room);
        self.tables.insert_room(&room, key.as_ref(), address_id)?;
        self.tables.put_room_head(id, head);
        let rev = room.rev;
        self.batch.add_room(room);
        self.begin_membership(id, &mut head, creator, MemberRole::Manager)?;
        Ok(Outcome::Room { room: id, rev })
    }

    /// Makes a room in the name of who is to manage it.
    pub(super) fn create_room_for(
        &mut self,
        actor: &Actor,
        manager: UserId,
        name: &str,
        topic: &str,
        kind: RoomKind,
    ) -> Applied<T> {
        Self::require_operator(actor)?;
        let made = self.create_room(&Actor::User(manager), None, name, topic, kind)?;
        if let Outcome::Room { room, .. } = made {
            let act = Act::new(AuditAction::CreateRoom)
                .to(manager)
                .with("name", name);
            self.note_in_room(actor, room, kind, act)?;
        }
        Ok(made)
    }

    /// Changes a room that is still as the actor has seen it.
    pub(super) fn update_room(
        &mut self,
        actor: &Actor,
        access: AccessibleRoom,
        rev: Rev,
        change: RoomChange<'_>,
    ) -> Applied<T> {
        let room = self.room_state(access)?;
        if room.rev != rev {
            return Err(Refusal {
                current_room: Some(Box::new(room)),
                ..Refusal::new(ErrorCode::Stale)
            }
            .into());
        }
        self.rewrite_room(actor, access.head, room, change)
    }

    /// As [`Rules::update_room`], by the operator and whatever the room's revision.
    pub fn set_room(&mut self, actor: &Actor, id: RoomId, change: RoomChange<'_>) -> Applied<T> {
        let access = self.access(actor, id, Action::Change)?;
        let room = self.room_state(access)?;
        self.rewrite_room(actor, access.head, room, change)
    }

    fn rewrite_room(
        &mut self,
        actor: &Actor,
        mut head: RoomHead,
        mut room: Room,
        change: RoomChange<'_>,
    ) -> Applied<T> {
        if room.kind == RoomKind::Direct {
            return Err(ErrorCode::NotPermitted.into());
        }
        let author = self.line_author(actor)?;
        let event = change.event(&room);
        let act = room_change(&room, change);
        if let Some(name) = change.name {
            let key = unique_name(room.kind, name);
            self.require_free_name(key.as_ref(), Some(room.id))?;
            name.clone_into(&mut room.name);
        }
        if let Some(topic) = change.topic {
            topic.clone_into(&mut room.topic);
        }
        if let Some(posting) = change.posting {
            room.posting = posting;
            head.posting = posting;
        }
        self.next_directory_rev(room.kind)?;
        // Decided: from here on it writes.
        if let Some(event) = event {
            self.post_line(room.id, &mut head, author, event)?;
        }
        if let Some(act) = act {
            self.note_in_room(actor, room.id, room.kind, act)?;
        }
        self.store_room(head, room)
    }

    /// Archives a room, or opens it again.
    pub(super) fn archive_room(
        &mut self,
        actor: &Actor,
        access: AccessibleRoom,
        archived: bool,
    ) -> Applied<T> {
        let mut head = access.head;
        let mut room = self.room_state(access)?;
        if room.kind == RoomKind::Direct {
            return Err(ErrorCode::NotPermitted.into());
        }
        if head.is_archived == archived {
            return Ok(Outcome::Done);
        }
        let author = self.line_author(actor)?;
        self.next_directory_rev(room.kind)?;
        // Decided: from here on it writes.
        let (kind, action) = if archived {
            (EventKind::Archived, AuditAction::ArchiveRoom)
        } else {
            (EventKind::Restored, AuditAction::RestoreRoom)
        };
        head.is_archived = archived;
        room.archived_at = archived.then_some(self.config.now);
        self.post_line(room.id, &mut head, author, RoomEvent::new(kind))?;
        self.note_in_room(actor, room.id, room.kind, Act::new(action))?;
        self.store_room(head, room)
    }

    /// The room's row stays as a tombstone. The store erases the room's messages later, in small
    /// steps, so that no command waits for that. Memberships end with the room: who was a member
    /// learns of it in the room's stream, so that the removal of a room with thousands of members
    /// is one change and not thousands.
    pub(super) fn remove_room(&mut self, actor: &Actor, access: AccessibleRoom) -> Applied<T> {
        // Who cannot sign in any more removes nothing.
        self.line_author(actor)?;
        let room = self.room_state(access)?;
        self.next_directory_rev(room.kind)?;
        // Decided: from here on it writes.
        let act = Act::new(AuditAction::RemoveRoom).with("name", room.name.as_str());
        self.note_in_room(actor, room.id, room.kind, act)?;
        self.store_removed(access.head, room)
    }

    /// Removes a direct conversation that nobody uses any more. That is nobody's act.
    pub(super) fn remove_unused_direct(&mut self, room: RoomId) -> Applied<T> {
        let access = self.access(&Actor::Operator, room, Action::Remove)?;
        if access.head.kind != RoomKind::Direct {
            return Err(ErrorCode::NotPermitted.into());
        }
        let room = self.room_state(access)?;
        self.store_removed(access.head, room)
    }

    fn store_removed(&mut self, head: RoomHead, mut room: Room) -> Applied<T> {
        let head = RoomHead {
            is_removed: true,
            ..head
        };
        room.removed_at = Some(self.config.now);
        self.store_room(head, room)
    }

    fn store_room(&mut self, mut head: RoomHead, mut room: Room) -> Applied<T> {
        room.directory_rev = self.next_directory_rev(room.kind)?;
        head.rev = head.rev.next();
        room.rev = head.rev;
        room.seq = head.seq;
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

    /// The state of a room.
    fn room_state(&mut self, access: AccessibleRoom) -> RuleResult<Room, T> {
        let room = self.tables.room(access.id)?;
        let mut room = room.ok_or(RuleError::from(ErrorCode::NoSuchRoom))?;
        room.seq = access.head.seq;
        Ok(room)
    }

    /// The directory's revision for a change of a room; zero if the room is not in it.
    fn next_directory_rev(&mut self, kind: RoomKind) -> RuleResult<Rev, T> {
        Ok(match kind {
            RoomKind::Public => self.tables.directory_rev()?.next(),
            RoomKind::Private | RoomKind::Direct => Rev::ZERO,
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
        RoomKind::Private | RoomKind::Direct => None,
    }
}
