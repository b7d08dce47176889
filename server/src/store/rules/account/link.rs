//! Links that work once: who may make one, and what becomes of who opens it.

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::{Micros, UserId};
use shared::model::{Profile, Role};

use super::super::audit::Act;
use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, LinkRow, RuleResult, Rules};
use super::role::may_manage;
use crate::store::{
    Actor, LinkHash, LinkPurpose, LinkTarget, NewSession, Outcome, PasswordHash, SecondFactor,
    SecondFactorFate, SessionId, TokenHash,
};

/// What a new link is for, whose it is, and from which session it was made.
type LinkOwner = (LinkPurpose, Option<UserId>, Option<SessionId>);

/// A link that works now.
struct UsableLink {
    /// Whose it is.
    person: Profile,
    /// What becomes of the second factor of who sets a new password by it.
    second_factor: SecondFactorFate,
}

impl<T: Tables> Rules<T> {
    /// Creates a link. Those before it, of the same purpose and the same person, end.
    pub(super) fn create_link(
        &mut self,
        actor: &Actor,
        token: LinkHash,
        target: LinkTarget,
        expires_at: Micros,
    ) -> Applied<T> {
        let (purpose, user, session) = self.link_owner(actor, target)?;
        let before = self.links_of(user)?;
        // Decided: from here on it writes.
        match target {
            LinkTarget::Claim => self.note(actor, Act::new(AuditAction::MakeClaimLink))?,
            LinkTarget::Reset {
                user,
                second_factor,
                ..
            } => {
                let removes = second_factor == SecondFactorFate::Remove;
                let act = Act::new(AuditAction::MakeResetLink)
                    .to(user)
                    .with("removes_second_factor", removes);
                self.note(actor, act)?;
            }
            // It is for the person's own other device.
            LinkTarget::Transfer { .. } => {}
        }
        for (link, of_purpose) in before {
            if of_purpose == purpose {
                self.end_link(link)?;
            }
        }
        let link = AccountRow::Link(LinkRow {
            purpose,
            user,
            session,
            second_factor: match target {
                LinkTarget::Reset { second_factor, .. } => second_factor,
                LinkTarget::Claim | LinkTarget::Transfer { .. } => SecondFactorFate::Keep,
            },
            created_by: actor.user(),
            created_at: self.config.now,
            expires_at,
        });
        self.tables
            .put_account(&AccountKey::Link(token), Some(&link))?;
        Ok(Outcome::Done)
    }

    fn link_owner(&mut self, actor: &Actor, target: LinkTarget) -> RuleResult<LinkOwner, T> {
        match target {
            LinkTarget::Claim => {
                Self::require_operator(actor)?;
                if self.place()?.claimed_at.is_some() {
                    return Err(ErrorCode::AlreadyClaimed.into());
                }
                Ok((LinkPurpose::Claim, None, None))
            }
            LinkTarget::Reset { user, by, .. } => {
                self.require_may_reset(actor, user, by.as_ref())?;
                Ok((LinkPurpose::Reset, Some(user), None))
            }
            LinkTarget::Transfer { session } => {
                let found = self.session(&session)?;
                let row = found.ok_or(ErrorCode::Unauthorized)?;
                Self::require_self(actor, row.user)?;
                Ok((LinkPurpose::Transfer, Some(row.user), Some(row.id)))
            }
        }
    }

    /// Refuses who may not let a person set a new password: who makes such a link can open it. So
    /// nobody does it for oneself, and in a browser that somebody has only found nobody does it.
    fn require_may_reset(
        &mut self,
        actor: &Actor,
        user: UserId,
        session: Option<&TokenHash>,
    ) -> RuleResult<(), T> {
        let person = self.managed_person(actor, user)?;
        // Who has no username signs in with no password.
        if actor.user() == Some(user) || self.identity(user)?.is_none() {
            return Err(ErrorCode::Forbidden.into());
        }
        if !person.is_active() {
            return Err(ErrorCode::AccountDeactivated.into());
        }
        self.require_proof_of(actor, session)
    }

    /// A link that works now, and its person. It ends with the session that it was made from, and
    /// with the right of who made it.
    fn usable_link(&mut self, token: &LinkHash, purpose: LinkPurpose) -> RuleResult<UsableLink, T> {
        let invalid = || ErrorCode::LinkInvalid.into();
        let now = self.config.now;
        let found = self.link(token)?;
        let open = found.filter(|link| link.purpose == purpose && link.expires_at > now);
        let link = open.ok_or_else(invalid)?;
        let user = link.user.ok_or_else(invalid)?;
        let role = self.role_now(user)?.ok_or_else(invalid)?;
        if let Some(session) = link.session {
            let sessions = self.sessions_of(user)?;
            if sessions.iter().all(|row| row.id != session) {
                return Err(invalid());
            }
        }
        if purpose == LinkPurpose::Reset {
            let maker = match link.created_by {
                Some(user) => self.role_now(user)?,
                None => Some(Role::Owner),
            };
            if !maker.is_some_and(|maker| may_manage(maker, role)) {
                return Err(invalid());
            }
        }
        let profile = self.person(user)?.profile.clone();
        Ok(UsableLink {
            person: self.with_username(profile)?,
            second_factor: link.second_factor,
        })
    }

    /// Begins a session of the person of a link.
    pub(super) fn sign_in_by_link(&mut self, link: &LinkHash, session: &NewSession) -> Applied<T> {
        let person = self.usable_link(link, LinkPurpose::Transfer)?.person;
        let above = self.sessions_above_limit(person.id)?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        self.end_link(*link)?;
        for token in above {
            self.end_session(token)?;
        }
        // Nothing was proved on this device.
        self.begin_session(id, person.id, session, None)?;
        Ok(Outcome::Person(person))
    }

    /// Sets a new password. Whoever was signed in before, and whatever link was made, is out.
    pub(super) fn reset_password(
        &mut self,
        link: &LinkHash,
        second: Option<&SecondFactor>,
        password: &PasswordHash,
        session: &NewSession,
    ) -> Applied<T> {
        let UsableLink {
            person,
            second_factor,
        } = self.usable_link(link, LinkPurpose::Reset)?;
        let user = person.id;
        let is_kept = second_factor == SecondFactorFate::Keep;
        let spent = if is_kept {
            self.check_second(user, second)?
        } else {
            None
        };
        let sessions = self.sessions_of(user)?;
        let links = self.links_of(Some(user))?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        if let Some((key, row)) = spent {
            self.tables.put_account(&key, row.as_ref())?;
        }
        if !is_kept {
            self.end_second_factor(user)?;
        }
        self.end_links(links)?;
        for session in sessions {
            self.end_session(session.token)?;
        }
        let row = AccountRow::Password(password.clone(), self.config.now);
        let key = AccountKey::Password(user);
        self.tables.put_account(&key, Some(&row))?;
        self.begin_session(id, user, session, Some(self.config.now))?;
        Ok(Outcome::Person(person))
    }

    pub(super) fn end_links(&mut self, links: Vec<(LinkHash, LinkPurpose)>) -> RuleResult<(), T> {
        links
            .into_iter()
            .try_for_each(|(link, _)| self.end_link(link))
    }

    fn end_link(&mut self, token: LinkHash) -> RuleResult<(), T> {
        Ok(self.tables.put_account(&AccountKey::Link(token), None)?)
    }
}
