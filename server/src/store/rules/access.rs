//! What who gives a command may do: the table of `shared::permission`, over the rows.
//!
//! Every command asks here first. For who is no member, a private room or a direct conversation
//! does not exist: the refusal and the reads are those for a room that never was. In a public room
//! a membership and a role are read only where the table depends on them.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::{Role, RoomKind};
use shared::permission::{Action, Permission, Standing, is_allowed, is_allowed_in_place};

use super::tables::{MembershipRow, RoomHead, Tables};
use super::{RuleError, RuleResult, Rules};
use crate::store::{Actor, room_to_find};

/// A room in which an actor may do something.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccessibleRoom {
    /// The room.
    pub id: RoomId,
    /// Its last revision and message, and who posts.
    pub head: RoomHead,
    /// Whether the actor manages it, as far as that was looked up: in a public room it is only
    /// where the action depends on it.
    pub is_managed: bool,
}

impl<T: Tables> Rules<T> {
    /// The room in which the actor may carry out the command; none if the command is about no
    /// room, or about several.
    ///
    /// # Errors
    /// As [`Rules::access`].
    pub(super) fn authorise(
        &mut self,
        actor: &Actor,
        command: &Command,
    ) -> RuleResult<Option<AccessibleRoom>, T> {
        match Permission::for_command(command, actor.user()) {
            Permission::Room(room, action) => self.access(actor, room, action).map(Some),
            Permission::Place(action) => {
                if is_allowed_in_place(action, actor.only_room().is_some()) {
                    Ok(None)
                } else {
                    Err(ErrorCode::NotPermitted.into())
                }
            }
            // The rule asks about each room, and everybody may change oneself.
            Permission::EachRoom(_) | Permission::Oneself => Ok(None),
        }
    }

    /// The room, if the actor may do this there.
    ///
    /// # Errors
    /// `no_such_room`; `room_gone` for who could read the room when it was removed; `not_permitted`;
    /// `room_archived`; `bad_command` for what would take the lobby away.
    pub(super) fn access(
        &mut self,
        actor: &Actor,
        room: RoomId,
        action: Action,
    ) -> RuleResult<AccessibleRoom, T> {
        let id = room_to_find(actor.only_room(), room);
        let head = self.tables.room_head(id)?;
        let is_public = head.is_some_and(|head| head.kind == RoomKind::Public);
        let mut standing = Standing::Outsider;
        if !is_public {
            standing = self.standing(actor, id)?;
        }
        let head = head.ok_or(ErrorCode::NoSuchRoom)?;
        let is_operator = matches!(actor, Actor::Operator);
        if !is_public && !is_operator && standing == Standing::Outsider {
            return Err(ErrorCode::NoSuchRoom.into());
        }
        if head.is_removed {
            return Err(ErrorCode::RoomGone.into());
        }
        if id == RoomId::LOBBY && !action.works_in_lobby() {
            return Err(not_in_lobby(action));
        }
        let mut is_managed = is_operator;
        if !is_operator {
            let action = action.where_may_post(head.posting);
            let mut role = Role::Guest;
            if is_public
                && action.needs_standing()
                && let Some(user) = actor.user()
            {
                role = self.person(user)?.profile.role;
                standing = self.standing(actor, id)?;
            }
            let is_open = actor.only_room().is_none() || action.is_open_to_guests_of_one_room();
            if !is_open || !is_allowed(action, role, head.kind, standing) {
                return Err(ErrorCode::NotPermitted.into());
            }
            if head.is_archived && !action.works_in_archive() {
                return Err(ErrorCode::RoomArchived.into());
            }
            is_managed = standing == Standing::Manager;
        }
        Ok(AccessibleRoom {
            id,
            head,
            is_managed,
        })
    }

    /// Refuses a person who only reads for a time. Whoever posts is looked up in any case, so it
    /// costs nothing.
    pub(super) fn require_voice(&mut self, actor: &Actor) -> RuleResult<(), T> {
        let now = self.config.now;
        let Some(user) = actor.user() else {
            return Ok(());
        };
        let Some(until) = self.person(user)?.restriction.timed_out(now) else {
            return Ok(());
        };
        Err(Refusal {
            retry_after_ms: Some(until.millis_after(now)),
            ..Refusal::new(ErrorCode::TimedOut)
        }
        .into())
    }

    fn standing(&mut self, actor: &Actor, room: RoomId) -> RuleResult<Standing, T> {
        let membership = match actor.user() {
            Some(user) => self.tables.membership(room, user)?,
            None => None,
        };
        let member = membership.filter(MembershipRow::is_member);
        Ok(member.map_or(Standing::Outsider, |member| {
            Standing::of_member(member.role)
        }))
    }
}

fn not_in_lobby<F>(action: Action) -> RuleError<F> {
    match action {
        Action::Archive | Action::Remove => {
            Refusal::bad_command("the lobby can be neither archived nor removed").into()
        }
        _ => ErrorCode::NotPermitted.into(),
    }
}
