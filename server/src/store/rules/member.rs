//! Who is a member of a private room.

use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};
use shared::model::{Member, MemberRole, Membership, Profile, RoomKind};

use super::tables::{MembershipRow, RoomHead, Tables};
use super::{Applied, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    /// Makes somebody a member. Who left before comes back as a plain member.
    pub(super) fn add_member(&mut self, actor: &Actor, room: RoomId, user: UserId) -> Applied<T> {
        let access = self.access(actor, room)?;
        if access.head.kind == RoomKind::Public || !access.may_manage() {
            return Err(ErrorCode::NotPermitted.into());
        }
        let person = match self.tables.person(user)? {
            // No other room can begin to exist for a guest of one room.
            Some(person) if person.only_room.is_some_and(|only| only.room != room) => {
                return Err(ErrorCode::NotPermitted.into());
            }
            Some(person) if person.is_active() => person.profile.clone(),
            _ => return Err(ErrorCode::NoSuchPerson.into()),
        };
        let before = self.tables.membership(room, user)?;
        if before.is_some_and(|before| before.is_member()) {
            return Ok(Outcome::Done);
        }
        let person = self.with_username(person)?;
        self.tables.stream_rev(user)?;
        self.read_mark(user, room)?;
        // Decided: from here on it writes.
        self.resend_read_mark(user, room);
        self.begin_membership(room, access.head, person, MemberRole::Member)
    }

    /// Ends a membership. Everybody may end their own.
    pub(super) fn remove_member(
        &mut self,
        actor: &Actor,
        room: RoomId,
        user: UserId,
    ) -> Applied<T> {
        let access = self.access(actor, room)?;
        let is_permitted = access.may_manage() || actor.user() == Some(user);
        if access.head.kind == RoomKind::Public || !is_permitted {
            return Err(ErrorCode::NotPermitted.into());
        }
        let person = match self.tables.person(user)? {
            Some(person) => person.profile.clone(),
            None => return Err(ErrorCode::NoSuchPerson.into()),
        };
        let before = self.tables.membership(room, user)?;
        let Some(before) = before.filter(MembershipRow::is_member) else {
            return Ok(Outcome::Done);
        };
        let person = self.with_username(person)?;
        self.tables.stream_rev(user)?;
        // Decided: from here on it writes.
        self.end_membership(room, access.head, person, before)
    }

    /// Ends a membership, with the room's next revision. The caller has read the last revision of the
    /// person's own stream.
    pub(super) fn end_membership(
        &mut self,
        room: RoomId,
        head: RoomHead,
        person: Profile,
        before: MembershipRow,
    ) -> Applied<T> {
        let ended = MembershipRow {
            left_at: Some(self.config.now),
            ..before
        };
        self.store_membership(room, head, person, ended)
    }

    /// Makes somebody a member, with the room's next revision. The caller has read the last
    /// revision of the person's own stream.
    pub(super) fn begin_membership(
        &mut self,
        room: RoomId,
        head: RoomHead,
        person: Profile,
        role: MemberRole,
    ) -> Applied<T> {
        let membership = MembershipRow {
            role,
            rev: Rev::ZERO,
            own_rev: Rev::ZERO,
            joined_at: self.config.now,
            left_at: None,
        };
        self.store_membership(room, head, person, membership)
    }

    /// Stores a membership, with the next revisions of both streams in place of those in it.
    fn store_membership(
        &mut self,
        room: RoomId,
        head: RoomHead,
        person: Profile,
        membership: MembershipRow,
    ) -> Applied<T> {
        let user = person.id;
        let rev = head.rev.next();
        let own_rev = self.tables.stream_rev(user)?.next();
        let row = MembershipRow {
            rev,
            own_rev,
            ..membership
        };
        self.tables.put_room_head(room, RoomHead { rev, ..head });
        self.tables.put_stream_rev(user, own_rev);
        self.tables.put_membership(room, user, row)?;
        let member = Member {
            person,
            rev,
            role: row.role,
            joined_at: row.joined_at,
            left_at: row.left_at,
        };
        let membership = Membership {
            room,
            rev: own_rev,
            role: row.role,
            joined_at: row.joined_at,
            left_at: row.left_at,
        };
        self.batch.add_membership(member, membership);
        Ok(Outcome::Room { room, rev })
    }
}
