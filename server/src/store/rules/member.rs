//! Who is a member of a room, and who manages it.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::UserId;
use shared::model::{EventKind, MemberRole, RoomEvent, RoomKind};

use super::access::AccessibleRoom;
use super::tables::{MembershipRow, Tables};
use super::{Applied, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    /// Makes the actor a member of a public room.
    pub(super) fn join_room(&mut self, actor: &Actor, room: AccessibleRoom) -> Applied<T> {
        let AccessibleRoom { id, mut head, .. } = room;
        let person = self.acting_person(actor)?.profile.clone();
        let author = self.line_author(actor)?;
        let Some(new_member) = self.new_member(id, person)? else {
            return Ok(Outcome::Done);
        };
        // Decided: from here on it writes.
        self.post_line(id, &mut head, author, RoomEvent::new(EventKind::Joined))?;
        self.admit(id, &mut head, new_member, MemberRole::Member)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    /// Makes people members, all or none. Who is one already is passed over.
    pub(super) fn add_members(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        users: &[UserId],
    ) -> Applied<T> {
        let AccessibleRoom { id, mut head, .. } = room;
        if users.len() > Command::MOST_MEMBERS {
            return Err(ErrorCode::TooManyPeople.into());
        }
        let author = self.line_author(actor)?;
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let mut new_members = Vec::with_capacity(users.len());
        let mut added = Vec::with_capacity(users.len());
        for user in users {
            let person = match self.tables.person(user)? {
                // No other room can begin to exist for a guest of one room.
                Some(person) if person.only_room.is_some_and(|only| only.room != id) => {
                    return Err(ErrorCode::NotPermitted.into());
                }
                Some(person) if person.is_active() => person.profile.clone(),
                _ => return Err(ErrorCode::NoSuchPerson.into()),
            };
            if let Some(new_member) = self.new_member(id, person)? {
                new_members.push(new_member);
                added.push(user);
            }
        }
        if new_members.is_empty() {
            return Ok(Outcome::Done);
        }
        // Decided: from here on it writes.
        let event = if author.id.map(|author| vec![author]).as_ref() == Some(&added) {
            RoomEvent::new(EventKind::Joined)
        } else {
            RoomEvent::of_people(EventKind::Added, added)
        };
        self.post_line(id, &mut head, author, event)?;
        for new_member in new_members {
            self.admit(id, &mut head, new_member, MemberRole::Member)?;
        }
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    /// Ends a membership.
    pub(super) fn remove_member(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        user: UserId,
    ) -> Applied<T> {
        let AccessibleRoom { id, mut head, .. } = room;
        let author = self.line_author(actor)?;
        let (person, is_deleted) = match self.tables.person(user)? {
            Some(person) => (person.profile.clone(), person.removed_at.is_some()),
            None => return Err(ErrorCode::NoSuchPerson.into()),
        };
        // The people of a direct conversation stay the same. Only with an account it ends.
        if head.kind == RoomKind::Direct && !is_deleted {
            return Err(ErrorCode::NotPermitted.into());
        }
        let before = self.tables.membership(id, user)?;
        let Some(before) = before.filter(MembershipRow::is_member) else {
            return Ok(Outcome::Done);
        };
        let person = self.with_username(person)?;
        self.tables.stream_rev(user)?;
        // Decided: from here on it writes.
        if !is_deleted {
            let event = if author.id == Some(user) {
                RoomEvent::new(EventKind::Left)
            } else {
                RoomEvent::of_people(EventKind::Removed, vec![user])
            };
            self.post_line(id, &mut head, author, event)?;
        }
        self.end_membership(id, &mut head, person, before)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    /// Says what a member may do. Who manages a room may step back, also the last one.
    pub(super) fn set_member_role(
        &mut self,
        actor: &Actor,
        room: AccessibleRoom,
        user: UserId,
        role: MemberRole,
    ) -> Applied<T> {
        let AccessibleRoom { id, mut head, .. } = room;
        let author = self.line_author(actor)?;
        let person = match self.tables.person(user)? {
            // Such a guest may not do what managers do.
            Some(person) if person.only_room.is_some() && role == MemberRole::Manager => {
                return Err(ErrorCode::NotPermitted.into());
            }
            Some(person) => person.profile.clone(),
            None => return Err(ErrorCode::NoSuchPerson.into()),
        };
        if head.kind == RoomKind::Direct {
            return Err(ErrorCode::NotPermitted.into());
        }
        let before = self.tables.membership(id, user)?;
        let before = before.filter(MembershipRow::is_member);
        let before = before.ok_or(ErrorCode::NoSuchPerson)?;
        if before.role == role {
            return Ok(Outcome::Done);
        }
        let person = self.with_username(person)?;
        self.tables.stream_rev(user)?;
        // Decided: from here on it writes.
        let kind = match role {
            MemberRole::Manager => EventKind::Promoted,
            MemberRole::Member => EventKind::Demoted,
        };
        let event = if author.id == Some(user) {
            RoomEvent::new(kind)
        } else {
            RoomEvent::of_people(kind, vec![user])
        };
        self.post_line(id, &mut head, author, event)?;
        let changed = MembershipRow { role, ..before };
        self.store_membership(id, &mut head, person, changed)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }
}
