//! Proving a credential again: changes of credentials need that it was done lately, in the same
//! session.

use shared::error::ErrorCode;
use shared::id::UserId;

use super::super::tables::Tables;
use super::super::{Applied, RuleResult, Rules, SessionRow};
use crate::store::{Actor, Outcome, SignInProof, TokenHash, confirmed_until};

impl<T: Tables> Rules<T> {
    /// Notes that the person of a session has proved a credential.
    pub(super) fn confirm_session(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        proof: &SignInProof,
    ) -> Applied<T> {
        let row = self.acting_session(actor, session)?;
        let held = self.check_proof(proof)?;
        if held.person.id != row.user {
            return Err(ErrorCode::WrongCredentials.into());
        }
        // Decided: from here on it writes.
        self.spend(held)?;
        self.put_session(SessionRow {
            confirmed_at: Some(self.config.now),
            ..row
        })?;
        Ok(Outcome::Done)
    }

    /// The person whose credentials change, who has proved one lately in this session.
    ///
    /// Refuses with `unauthorized` if the session is not the actor's or has ended, with
    /// `forbidden` who has no account, and else with `confirmation_required`.
    pub(super) fn require_confirmed(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
    ) -> RuleResult<UserId, T> {
        let row = self.acting_session(actor, session)?;
        if self.identity(row.user)?.is_none() {
            return Err(ErrorCode::Forbidden.into());
        }
        if confirmed_until(row.confirmed_at, self.config.now).is_none() {
            return Err(ErrorCode::ConfirmationRequired.into());
        }
        Ok(row.user)
    }

    /// The session in which the actor acts.
    pub(super) fn acting_session(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
    ) -> RuleResult<SessionRow, T> {
        let found = self.session(session)?;
        let own = found.filter(|row| actor.user() == Some(row.user));
        own.ok_or_else(|| ErrorCode::Unauthorized.into())
    }
}
