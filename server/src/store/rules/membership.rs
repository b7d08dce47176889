//! How memberships begin, change and end: each is an item of the room's stream and of the person's
//! own.

use shared::id::{Rev, RoomId, UserId};
use shared::model::{Member, MemberRole, Membership, Profile, RoomKind};

use super::tables::{MembershipRow, RoomHead, Tables};
use super::{RuleResult, Rules};

/// Somebody of whom a membership can begin: all that this needs has been read.
#[derive(Clone, Debug)]
pub(super) struct NewMember {
    person: Profile,
}

impl NewMember {
    /// Who it is.
    pub(super) fn user(&self) -> UserId {
        self.person.id
    }
}

impl<T: Tables> Rules<T> {
    /// Reads what [`Rules::admit`] needs; none if the person is a member already.
    pub(super) fn new_member(
        &mut self,
        room: RoomId,
        person: Profile,
    ) -> RuleResult<Option<NewMember>, T> {
        let before = self.tables.membership(room, person.id)?;
        if before.is_some_and(|before| before.is_member()) {
            return Ok(None);
        }
        let person = self.with_username(person)?;
        self.tables.stream_rev(person.id)?;
        self.read_mark(person.id, room)?;
        Ok(Some(NewMember { person }))
    }

    /// Makes somebody a member. Who left before comes back as a plain member.
    pub(super) fn admit(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        new_member: NewMember,
        role: MemberRole,
    ) -> RuleResult<(), T> {
        if head.kind != RoomKind::Public {
            self.resend_read_mark(new_member.person.id, room);
        }
        self.begin_membership(room, head, new_member.person, role)
    }

    /// Makes somebody a member, with the room's next revision. The caller has read the last
    /// revision of the person's own stream.
    pub(super) fn begin_membership(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        person: Profile,
        role: MemberRole,
    ) -> RuleResult<(), T> {
        let membership = MembershipRow {
            role,
            rev: Rev::ZERO,
            own_rev: Rev::ZERO,
            joined_at: self.config.now,
            left_at: None,
        };
        self.store_membership(room, head, person, membership)
    }

    /// Ends a membership, with the room's next revision. The caller has read the last revision of the
    /// person's own stream.
    pub(super) fn end_membership(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        person: Profile,
        before: MembershipRow,
    ) -> RuleResult<(), T> {
        let ended = MembershipRow {
            left_at: Some(self.config.now),
            ..before
        };
        self.store_membership(room, head, person, ended)
    }

    /// Stores a membership, with the next revisions of both streams in place of those in it.
    pub(super) fn store_membership(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        person: Profile,
        membership: MembershipRow,
    ) -> RuleResult<(), T> {
        let user = person.id;
        head.rev = head.rev.next();
        let own_rev = self.tables.stream_rev(user)?.next();
        let row = MembershipRow {
            rev: head.rev,
            own_rev,
            ..membership
        };
        self.tables.put_room_head(room, *head);
        self.tables.put_stream_rev(user, own_rev);
        self.tables.put_membership(room, user, row)?;
        let member = Member {
            person,
            rev: row.rev,
            role: row.role,
            joined_at: row.joined_at,
            left_at: row.left_at,
        };
        let membership = Membership {
            room,
            kind: head.kind,
            rev: own_rev,
            role: row.role,
            joined_at: row.joined_at,
            left_at: row.left_at,
        };
        self.batch.add_membership(member, membership);
        Ok(())
    }
}
