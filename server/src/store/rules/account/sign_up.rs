//! Accounts without an invitation: at once, or after somebody has approved; and the settings of
//! the place.

use serde_json::json;
use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::model::{Role, SignUp};

use super::super::audit::Act;
use super::super::may_invite;
use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, ApplicationRow, Applied, PlaceRow, RuleResult, Rules};
use crate::store::{
    Actor, ApplicationId, NewAccount, NewApplication, NewCredential, NewSession, Outcome,
    PlaceChange,
};

/// Applications that may wait at one time.
pub const MAX_APPLICATIONS: usize = 200;

impl<T: Tables> Rules<T> {
    /// Makes an account for somebody new, at a place where everybody may have one.
    pub(super) fn join_by_sign_up(
        &mut self,
        account: &NewAccount,
        session: &NewSession,
    ) -> Applied<T> {
        self.require_sign_up(SignUp::Open)?;
        self.require_unused(account)?;
        let newcomer = self.new_ids()?;
        // Decided: from here on it writes.
        let person = self.insert_account(Role::Member, account, newcomer, session)?;
        Ok(Outcome::Person(person))
    }

    /// Stores that somebody asks for an account.
    pub(super) fn apply_for_account(&mut self, application: &NewApplication) -> Applied<T> {
        self.require_sign_up(SignUp::Approval)?;
        if !self.is_free(&application.username)? {
            return Err(ErrorCode::UsernameTaken.into());
        }
        if self.applications()?.len() >= MAX_APPLICATIONS {
            return Err(ErrorCode::TooMany.into());
        }
        let id = self.new_application_id()?;
        // Decided: from here on it writes.
        let NewApplication {
            username,
            name,
            password,
            note,
        } = application.clone();
        let row = AccountRow::Application(ApplicationRow {
            id,
            username,
            name,
            password,
            note,
            created_at: self.config.now,
        });
        self.tables
            .put_account(&AccountKey::Application(id), Some(&row))?;
        Ok(Outcome::Created(id.0))
    }

    /// Makes the account that somebody has asked for.
    pub(super) fn approve(&mut self, actor: &Actor, id: ApplicationId) -> Applied<T> {
        self.require_manager(actor)?;
        let application = self.application(id)?.ok_or(ErrorCode::NotFound)?;
        if !self.holders(&application.username)?.is_empty() {
            return Err(ErrorCode::UsernameTaken.into());
        }
        let user = self.tables.new_user_id()?;
        // Decided: from here on it writes.
        let act = Act::new(AuditAction::ApproveApplication)
            .to(user)
            .with("application", id.0);
        self.note(actor, act)?;
        self.tables
            .put_account(&AccountKey::Application(id), None)?;
        let account = NewAccount {
            username: application.username,
            name: application.name,
            credential: NewCredential::Password(application.password),
        };
        let person = self.insert_person_of(Role::Member, &account, user)?;
        Ok(Outcome::Person(person))
    }

    /// Deletes an application about which nobody has decided.
    pub(super) fn decline(&mut self, actor: &Actor, id: ApplicationId) -> Applied<T> {
        self.require_manager(actor)?;
        // Whoever declines what somebody else has approved meanwhile must learn it.
        self.application(id)?.ok_or(ErrorCode::NotFound)?;
        // Decided: from here on it writes.
        // Nothing of who has asked is kept.
        let act = Act::new(AuditAction::DeclineApplication).with("application", id.0);
        self.note(actor, act)?;
        self.tables
            .put_account(&AccountKey::Application(id), None)?;
        Ok(Outcome::Done)
    }

    pub(super) fn set_place(&mut self, actor: &Actor, change: &PlaceChange) -> Applied<T> {
        self.require_manager(actor)?;
        let before = self.place()?;
        // Decided: from here on it writes.
        let after = PlaceRow {
            name: change.name.clone().unwrap_or_else(|| before.name.clone()),
            sign_up: change.sign_up.unwrap_or(before.sign_up),
            ..before.clone()
        };
        if after != before {
            let act = Act::new(AuditAction::ChangePlace)
                .changed("name", json!(before.name), json!(after.name))
                .changed("sign_up", json!(before.sign_up), json!(after.sign_up));
            self.note(actor, act)?;
        }
        let place = AccountRow::Place(after);
        self.tables.put_account(&AccountKey::Place, Some(&place))?;
        Ok(Outcome::Done)
    }

    fn require_sign_up(&mut self, expected: SignUp) -> RuleResult<(), T> {
        if self.place()?.sign_up == expected {
            Ok(())
        } else {
            Err(ErrorCode::SignUpOff.into())
        }
    }

    /// Refuses who may not decide who becomes a member.
    fn require_manager(&mut self, actor: &Actor) -> RuleResult<(), T> {
        if may_invite(self.managing_role(actor)?, Role::Member) {
            Ok(())
        } else {
            Err(ErrorCode::Forbidden.into())
        }
    }
}
