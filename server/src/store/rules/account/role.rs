//! Roles: who manages whom, and how a role changes.

use serde_json::json;
use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::UserId;
use shared::model::Role;

use super::super::audit::Act;
use super::super::tables::{PersonRow, Tables};
use super::super::{Applied, RuleResult, Rules, may_invite};
use super::person_change::{EndedAccess, PersonChange};
use crate::store::{Actor, Outcome, TokenHash};

/// [`Role::may_manage`].
pub fn may_manage(role: Role, other: Role) -> bool {
    role.may_manage(other)
}

impl<T: Tables> Rules<T> {
    pub(super) fn set_role(
        &mut self,
        actor: &Actor,
        user: UserId,
        role: Role,
        session: Option<&TokenHash>,
    ) -> Applied<T> {
        let acting = self.managing_role(actor)?;
        let person = self.managed_person(actor, user)?;
        let present = person.profile.role;
        let is_self = actor.user() == Some(user);
        // Nobody raises oneself, and everybody may step back.
        let is_permitted = if is_self {
            role.rank() <= present.rank()
        } else {
            acting.may_appoint(role)
        };
        let has_account = !matches!(present, Role::Guest | Role::Bot);
        if !is_permitted || !has_account || matches!(role, Role::Guest | Role::Bot) {
            return Err(ErrorCode::Forbidden.into());
        }
        if role == Role::Owner && self.place()?.claimed_at.is_none() {
            return Err(ErrorCode::NotClaimed.into());
        }
        if role == present {
            let profile = self.with_username(person.profile)?;
            return Ok(Outcome::Person(profile));
        }
        let change = self.role_change(&person, role)?;
        if role.rank() > present.rank() {
            self.require_proof_of(actor, session)?;
        }
        // Decided: from here on it writes.
        let act =
            Act::new(AuditAction::ChangeRole)
                .to(user)
                .changed("role", json!(present), json!(role));
        self.note(actor, act)?;
        Ok(Outcome::Person(self.change_person(change)?))
    }

    /// What changes with a person's role, whoever decides about it. Sessions end if a right is
    /// lost, so that no connection goes on with it, and with them what the person could give
    /// others by it.
    ///
    /// # Errors
    /// `last_owner` if nobody else owns the place. An identity provider that says so does not
    /// change the role.
    pub(super) fn role_change(
        &mut self,
        person: &PersonRow,
        role: Role,
    ) -> RuleResult<PersonChange, T> {
        let user = person.profile.id;
        let mut ended = EndedAccess::default();
        if role.rank() < person.profile.role.rank() {
            self.require_another_owner(person)?;
            ended = self.access_of(user)?;
            (ended.grants.invites).retain(|(_, invite)| !may_invite(role, invite.role));
        }
        let mut person = person.clone();
        person.profile.role = role;
        self.person_change(person, ended)
    }

    /// A person whom an actor may manage. Everybody may do to oneself what takes rights away; the
    /// caller says what that is.
    ///
    /// # Errors
    /// `forbidden`, alike for everybody, to who manages nobody. `no_such_person` to who does.
    pub(super) fn managed_person(
        &mut self,
        actor: &Actor,
        user: UserId,
    ) -> RuleResult<PersonRow, T> {
        let acting = self.managing_role(actor)?;
        let is_self = actor.user() == Some(user);
        if !is_self && !acting.may_manage(Role::Guest) {
            return Err(ErrorCode::Forbidden.into());
        }
        let person = match self.tables.person(user)? {
            Some(person) if person.removed_at.is_none() => person.clone(),
            _ => return Err(ErrorCode::NoSuchPerson.into()),
        };
        if !is_self && !acting.may_manage(person.profile.role) {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(person)
    }

    /// Refuses a person who has not proved a credential lately in the session. A guest has none.
    pub(super) fn require_proof_of(
        &mut self,
        actor: &Actor,
        session: Option<&TokenHash>,
    ) -> RuleResult<(), T> {
        if matches!(actor, Actor::Operator) || self.managing_role(actor)? == Role::Guest {
            return Ok(());
        }
        let session = session.ok_or(ErrorCode::ConfirmationRequired)?;
        self.require_confirmed(actor, session).map(drop)
    }

    /// Refuses what would leave the place without an owner who can act.
    pub(super) fn require_another_owner(&mut self, person: &PersonRow) -> RuleResult<(), T> {
        if person.profile.role != Role::Owner || !person.is_active() {
            return Ok(());
        }
        let owners = self.owners()?;
        if owners.iter().any(|owner| *owner != person.profile.id) {
            Ok(())
        } else {
            Err(ErrorCode::LastOwner.into())
        }
    }
}
