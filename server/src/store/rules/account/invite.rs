//! Invites: who may create and revoke them, and whether one can be used.

use serde_json::json;
use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{RoomId, UserId};
use shared::model::{Role, RoomKind};
use shared::permission::Action;

use super::super::access::AccessibleRoom;
use super::super::audit::Act;
use super::super::tables::{RoomHead, Tables};
use super::super::{
    AccountKey, AccountRow, Applied, InviteRow, RuleError, RuleResult, Rules, may_invite,
};
use crate::store::{Actor, InviteId, LinkHash, NewInvite, Outcome, TokenHash};

/// Invites that can be used at one time.
pub const MAX_OPEN_INVITES: usize = 1_000;
/// Rooms of one invite.
pub const MAX_INVITE_ROOMS: usize = 10;

impl<T: Tables> Rules<T> {
    pub(super) fn create_invite(
        &mut self,
        actor: &Actor,
        invite: &NewInvite,
        session: Option<&TokenHash>,
    ) -> Applied<T> {
        if !may_invite(self.managing_role(actor)?, invite.role) {
            return Err(ErrorCode::Forbidden.into());
        }
        // Who follows it manages people: it is as giving that right.
        if invite.role == Role::Administrator {
            self.require_proof_of(actor, session)?;
        }
        let mut rooms = invite.rooms.clone();
        rooms.sort_unstable();
        rooms.dedup();
        if invite.role == Role::Guest && rooms.len() != 1 {
            return Err(Refusal::bad_command("a guest's invitation is for one room").into());
        }
        if rooms.len() > MAX_INVITE_ROOMS {
            return Err(ErrorCode::TooMany.into());
        }
        let mut act = Some(Act::new(AuditAction::CreateInvite));
        let mut logged_rooms = Vec::with_capacity(rooms.len());
        for room in &rooms {
            let access = self.access(actor, *room, Action::Read)?;
            if !may_invite_to(access) {
                return Err(ErrorCode::Forbidden.into());
            }
            if is_logged(actor, access.head.kind) {
                logged_rooms.push(*room);
            } else if invite.role == Role::Guest {
                act = None;
            }
        }
        if self.open_invites()?.len() >= MAX_OPEN_INVITES {
            return Err(ErrorCode::TooMany.into());
        }
        let id = self.new_invite_id()?;
        // Decided: from here on it writes.
        let row = InviteRow {
            id,
            role: invite.role,
            created_by: actor.user(),
            created_at: self.config.now,
            expires_at: invite.expires_at,
            max_uses: invite.max_uses,
            uses: 0,
            revoked_at: None,
            spent_at: None,
            mailed_to: invite.mailed_to.clone(),
            rooms,
            with_history: invite.with_history,
        };
        if let Some(act) = act {
            let act = act
                .with("invite", id.0)
                .with("role", json!(invite.role))
                .with("rooms", json!(logged_rooms))
                .with("max_uses", json!(invite.max_uses))
                .with("is_mailed", invite.mailed_to.is_some());
            self.note(actor, act)?;
        }
        self.put_invite(invite.token, row)?;
        Ok(Outcome::Created(id.0))
    }

    /// Ends an invite. It is no error if it has ended already, or never was.
    pub(super) fn revoke_invite(&mut self, actor: &Actor, id: InviteId) -> Applied<T> {
        let role = self.managing_role(actor)?;
        if !may_invite(role, Role::Guest) {
            return Err(ErrorCode::Forbidden.into());
        }
        let Some(token) = self.invite_token(id)? else {
            return Ok(Outcome::Done);
        };
        let Some(invite) = self.invite(&token)? else {
            return Ok(Outcome::Done);
        };
        if !may_invite(role, invite.role) {
            return Err(ErrorCode::Forbidden.into());
        }
        if invite.revoked_at.is_none() {
            if self.may_log_invite(actor, &invite)? {
                let act = Act::new(AuditAction::RevokeInvite)
                    .with("invite", id.0)
                    .with("role", json!(invite.role));
                self.note(actor, act)?;
            }
            let revoked_at = Some(self.config.now);
            self.put_invite(
                token,
                InviteRow {
                    revoked_at,
                    ..invite
                },
            )?;
        }
        Ok(Outcome::Done)
    }

    /// Whether the log may tell of an invite. Of one of guests to a private room it does not: it
    /// would tell that there is such a room.
    fn may_log_invite(&mut self, actor: &Actor, invite: &InviteRow) -> RuleResult<bool, T> {
        if invite.role != Role::Guest {
            return Ok(true);
        }
        for room in &invite.rooms {
            let head = self.tables.room_head(*room)?;
            if !head.is_some_and(|head| is_logged(actor, head.kind)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An invite by which somebody can join now. Who created it must still be allowed to.
    pub(super) fn usable_invite(&mut self, token: &LinkHash) -> RuleResult<InviteRow, T> {
        let found = self.invite(token)?;
        let open = found.filter(|invite| invite.is_open(self.config.now));
        let invite = open.ok_or(ErrorCode::LinkInvalid)?;
        let role = match invite.created_by {
            Some(user) => self.role_now(user)?,
            None => Some(Role::Owner),
        };
        if !role.is_some_and(|role| may_invite(role, invite.role)) {
            return Err(ErrorCode::LinkInvalid.into());
        }
        Ok(invite)
    }

    /// The rooms of an invite to which its creator may still invite, without the lobby: everybody is
    /// there.
    pub(super) fn rooms_to_enter(
        &mut self,
        invite: &InviteRow,
    ) -> RuleResult<Vec<(RoomId, RoomHead)>, T> {
        let mut rooms = self.rooms_offered(invite)?;
        rooms.retain(|(room, _)| *room != RoomId::LOBBY);
        Ok(rooms)
    }

    /// The rooms of an invite to which its creator may still invite.
    pub(super) fn rooms_offered(
        &mut self,
        invite: &InviteRow,
    ) -> RuleResult<Vec<(RoomId, RoomHead)>, T> {
        let inviter = invite.created_by.map_or(Actor::Operator, Actor::User);
        let mut rooms = Vec::with_capacity(invite.rooms.len());
        for room in &invite.rooms {
            match self.access(&inviter, *room, Action::Read) {
                Ok(access) if may_invite_to(access) => rooms.push((*room, access.head)),
                // It was removed, or its creator has left it.
                Ok(_) | Err(RuleError::Refused(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(rooms)
    }

    pub(super) fn put_invite(&mut self, token: LinkHash, invite: InviteRow) -> RuleResult<(), T> {
        let row = AccountRow::Invite(invite);
        Ok(self
            .tables
            .put_account(&AccountKey::Invite(token), Some(&row))?)
    }

    /// The role in which an actor lets others in. The operator does it as an owner.
    pub(super) fn managing_role(&mut self, actor: &Actor) -> RuleResult<Role, T> {
        let role = match actor {
            Actor::Operator => Some(Role::Owner),
            Actor::User(user) | Actor::RoomGuest(user, _) => self.role_now(*user)?,
            Actor::Named(_) => None,
        };
        role.ok_or_else(|| ErrorCode::Unauthorized.into())
    }

    /// The role of a person who is neither removed nor deactivated.
    pub(super) fn role_now(&mut self, user: UserId) -> RuleResult<Option<Role>, T> {
        let person = self.tables.person(user)?;
        let active = person.filter(|person| person.is_active());
        Ok(active.map(|person| person.profile.role))
    }
}

/// Whether the log names a room of an invite.
fn is_logged(actor: &Actor, kind: RoomKind) -> bool {
    kind == RoomKind::Public || matches!(actor, Actor::Operator)
}

/// Nobody can be invited to a room that is archived, or to a direct conversation.
fn may_invite_to(access: AccessibleRoom) -> bool {
    let may_add = match access.head.kind {
        // Who invites others to the place manages it.
        RoomKind::Public => true,
        RoomKind::Private => access.is_managed,
        RoomKind::Direct => false,
    };
    may_add && !access.head.is_archived
}
