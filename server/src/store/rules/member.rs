//! Who is a member of a room, and who manages it.

use serde_json::json;
use shared::audit::AuditAction;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{Micros, RoomId, UserId};
use shared::model::{EventKind, MemberRole, Posting, RoomEvent, RoomKind};
use shared::permission::Action;

use super::access::AccessibleRoom;
use super::audit::Act;
use super::tables::{MembershipRow, RoomHead, Tables};
use super::{Applied, RuleError, RuleResult, Rules};
use crate::store::{Actor, Outcome, SpaceLevel};

/// Who comes back to a public room, or leaves it again, after less than this, does so without a line.
/// One hour.
const QUIET_MICROS: i64 = 60 * 60 * 1_000_000;

impl<T: Tables> Rules<T> {
    /// Makes the actor a member of a public room.
    pub(super) fn join_room(&mut self, actor: &Actor, room: AccessibleRoom) -> Applied<T> {
        let AccessibleRoom { id, mut head, .. } = room;
        let person = self.acting_person(actor)?.profile.clone();
        let author = self.line_author(actor)?;
        let before = self.tables.membership(id, person.id)?;
        let Some(new_member) = self.new_member(id, person)? else {
            return Ok(Outcome::Done);
        };
        // Decided: from here on it writes.
        if self.has_line_of_own(head, before.and_then(|before| before.left_at)) {
            self.post_line(id, &mut head, author, RoomEvent::new(EventKind::Joined))?;
        }
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
        let is_always_told = head.kind != RoomKind::Public || self.may_announce(actor, id)?;
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let mut new_members = Vec::with_capacity(users.len());
        let mut told = Vec::with_capacity(users.len());
        for user in users {
            let person = match self.tables.person(user)? {
                // No other room can begin to exist for a guest of one room. Nobody there learns who is
                // such a guest, and where.
                Some(person)
                    if person.is_active()
                        && person.only_room.is_none_or(|only| only.room == id) =>
                {
                    person.profile.clone()
                }
                _ => return Err(ErrorCode::NoSuchPerson.into()),
            };
            if let Some(new_member) = self.new_member(id, person)? {
                new_members.push(new_member);
                let before = self.tables.membership(id, user)?;
                let left = before.and_then(|before| before.left_at);
                if is_always_told || self.has_line_of_own(head, left) {
                    told.push(user);
                }
            }
        }
        if new_members.is_empty() {
            return Ok(Outcome::Done);
        }
        // Decided: from here on it writes.
        // As about who comes by oneself: in a public room anybody may add anybody, again and again.
        if !told.is_empty() {
            let event = if author.id.map(|author| vec![author]).as_ref() == Some(&told) {
                RoomEvent::new(EventKind::Joined)
            } else {
                RoomEvent::of_people(EventKind::Added, told)
            };
            self.post_line(id, &mut head, author, event)?;
        }
        for new_member in new_members {
            let user = new_member.user();
            // To add somebody is what any member of a public room may do.
            if is_always_told && actor.user() != Some(user) {
                let act = Act::new(AuditAction::AddMember).to(user);
                self.note_in_room(actor, id, head.kind, act)?;
            }
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
        let is_own = author.id == Some(user);
        let has_line = !is_own || self.has_line_of_own(head, Some(before.joined_at));
        // Whoever is to go goes also where there is no space for a line about it.
        if has_line && !is_deleted && self.config.space == SpaceLevel::Ample {
            let event = if is_own {
                RoomEvent::new(EventKind::Left)
            } else {
                RoomEvent::of_people(EventKind::Removed, vec![user])
            };
            self.post_line(id, &mut head, author, event)?;
        }
        // That the membership of a deleted person ends is the server's doing.
        if !is_own && !is_deleted {
            let act = Act::new(AuditAction::RemoveMember).to(user);
            self.note_in_room(actor, id, head.kind, act)?;
        }
        self.end_membership(id, &mut head, person, before)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    /// Whether there is a line about somebody who comes or leaves by oneself, and has left or come
    /// `last`. In a private room always: nobody comes back there by oneself. In a public room anybody
    /// could fill the timeline, even where only managers post.
    fn has_line_of_own(&self, head: RoomHead, last: Option<Micros>) -> bool {
        head.kind != RoomKind::Public
            || (head.posting == Posting::Everybody && !self.is_young(last))
    }

    /// Whether something happened within the time in which somebody's coming and going is told once.
    fn is_young(&self, at: Option<Micros>) -> bool {
        at.is_some_and(|at| self.config.now.0.saturating_sub(at.0) < QUIET_MICROS)
    }

    /// Whether the actor posts where only managers do.
    fn may_announce(&mut self, actor: &Actor, room: RoomId) -> RuleResult<bool, T> {
        match self.access(actor, room, Action::Announce) {
            Ok(_) => Ok(true),
            Err(RuleError::Refused(_)) => Ok(false),
            Err(other) => Err(other),
        }
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
        if head.kind == RoomKind::Direct {
            return Err(ErrorCode::NotPermitted.into());
        }
        // First, so that of others nothing is told.
        let before = self.tables.membership(id, user)?;
        let before = before.filter(MembershipRow::is_member);
        let before = before.ok_or(ErrorCode::NoSuchPerson)?;
        let person = match self.tables.person(user)? {
            // Such a guest may not do what managers do.
            Some(person) if person.only_room.is_some() && role == MemberRole::Manager => {
                return Err(ErrorCode::NotPermitted.into());
            }
            Some(person) => person.profile.clone(),
            None => return Err(ErrorCode::NoSuchPerson.into()),
        };
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
        if actor.user() != Some(user) {
            let act = Act::new(AuditAction::ChangeMemberRole).to(user).changed(
                "role",
                json!(before.role),
                json!(role),
            );
            self.note_in_room(actor, id, head.kind, act)?;
        }
        self.post_line(id, &mut head, author, event)?;
        let changed = MembershipRow { role, ..before };
        self.store_membership(id, &mut head, person, changed)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }
}
