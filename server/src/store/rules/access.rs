//! Whether a room exists for who gives a command, and what that person may do there.
//!
//! Every command about a room asks here first. For who is no member, a private room does not
//! exist: the refusal and the reads are those for a room that never was.

use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::{MemberRole, RoomKind};

use super::tables::{MembershipRow, RoomHead, Tables};
use super::{RuleResult, Rules};
use crate::store::{Actor, room_to_find};

/// A room that exists for an actor and is not removed.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccessibleRoom {
    /// The room's last revision and message.
    pub head: RoomHead,
    /// What the actor is there.
    pub standing: Standing,
}

/// What an actor is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// One of all people, in a public room.
    Anyone,
    /// A member of a private room.
    Member(MemberRole),
    /// The operator of the server.
    Operator,
}

impl AccessibleRoom {
    /// Whether the actor may add and remove members, and change the private room.
    pub fn may_manage(self) -> bool {
        match self.standing {
            Standing::Operator | Standing::Member(MemberRole::Manager) => true,
            Standing::Anyone | Standing::Member(MemberRole::Member) => false,
        }
    }
}

impl<T: Tables> Rules<T> {
    /// The room, as it exists for the actor.
    ///
    /// A person's membership is read where the room is private, and where there is none.
    ///
    /// # Errors
    /// `no_such_room`; `room_gone` for who could read the room when it was removed.
    pub(super) fn access(&mut self, actor: &Actor, room: RoomId) -> RuleResult<AccessibleRoom, T> {
        let room = room_to_find(actor.only_room(), room);
        let head = self.tables.room_head(room)?;
        let is_public = head.is_some_and(|head| head.kind == RoomKind::Public);
        let membership = match actor.user() {
            Some(user) if !is_public => self.tables.membership(room, user)?,
            Some(_) | None => None,
        };
        let head = head.ok_or(ErrorCode::NoSuchRoom)?;
        let member = membership.filter(MembershipRow::is_member);
        let is_operator = match actor {
            Actor::Operator => true,
            Actor::User(_) | Actor::RoomGuest(..) | Actor::Named(_) => false,
        };
        let standing = match (is_operator, head.kind, member) {
            (true, ..) => Standing::Operator,
            (false, RoomKind::Public, _) => Standing::Anyone,
            (false, RoomKind::Private, Some(member)) => Standing::Member(member.role),
            (false, RoomKind::Private, None) => return Err(ErrorCode::NoSuchRoom.into()),
        };
        if head.is_removed {
            return Err(ErrorCode::RoomGone.into());
        }
        Ok(AccessibleRoom { head, standing })
    }
}
