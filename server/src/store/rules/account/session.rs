//! Sessions: how they begin, are used and end.

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::{Micros, UserId};

use super::super::audit::Act;
use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, RuleResult, Rules, SessionRow};
use crate::store::{
    Actor, NewSession, Outcome, SessionId, SessionSelector, SignInProof, TokenHash,
};

/// Sessions that one person may have. Above that, those that were unused the longest end.
pub const MAX_SESSIONS: usize = 50;

impl<T: Tables> Rules<T> {
    /// Begins a session of somebody who has proved to be the person. What was proved must still
    /// hold.
    pub(super) fn sign_in(&mut self, proof: &SignInProof, session: &NewSession) -> Applied<T> {
        let held = self.check_proof(proof)?;
        let person = self.with_username(held.person.clone())?;
        let above = self.sessions_above_limit(person.id)?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        self.spend(held)?;
        for token in above {
            self.end_session(token)?;
        }
        let confirmed_at = Some(self.config.now);
        self.begin_session(id, person.id, session, confirmed_at)?;
        Ok(Outcome::Person(person))
    }

    /// The sessions that end when one more begins.
    pub(super) fn sessions_above_limit(&mut self, user: UserId) -> RuleResult<Vec<TokenHash>, T> {
        let mut sessions = self.sessions_of(user)?;
        sessions.sort_unstable_by_key(|session| (session.used_at, session.id));
        let above = (sessions.len() + 1).saturating_sub(MAX_SESSIONS);
        let tokens = sessions.into_iter().take(above);
        Ok(tokens.map(|session| session.token).collect())
    }

    /// Stores a session with [`Rules::new_session_id`]. `confirmed_at` is now if it begins with
    /// the proof of a credential.
    pub(in super::super) fn begin_session(
        &mut self,
        id: SessionId,
        user: UserId,
        session: &NewSession,
        confirmed_at: Option<Micros>,
    ) -> RuleResult<(), T> {
        let now = self.config.now;
        let row = SessionRow {
            token: session.token,
            id,
            user,
            device: session.device.clone(),
            network: session.network.clone(),
            created_at: now,
            used_at: now,
            confirmed_at,
            external: session.external.clone(),
        };
        let last = AccountRow::LastSession(id);
        self.tables
            .put_account(&AccountKey::LastSession, Some(&last))?;
        self.put_session(row)
    }

    pub(super) fn put_session(&mut self, row: SessionRow) -> RuleResult<(), T> {
        let key = AccountKey::Session(row.token);
        let row = AccountRow::Session(row);
        Ok(self.tables.put_account(&key, Some(&row))?)
    }

    pub(super) fn touch_session(&mut self, token: &TokenHash) -> Applied<T> {
        if let Some(row) = self.session(token)? {
            let used_at = self.config.now;
            self.put_session(SessionRow { used_at, ..row })?;
        }
        Ok(Outcome::Done)
    }

    /// Ends sessions. It is no error if they have ended already.
    pub(super) fn end_sessions(&mut self, actor: &Actor, selector: SessionSelector) -> Applied<T> {
        let (user, tokens): (_, Vec<TokenHash>) = match selector {
            // Its holder proves by it whose it is.
            SessionSelector::Token(token) => (None, vec![token]),
            SessionSelector::Id { user, id } => {
                Self::require_self(actor, user)?;
                let sessions = self.sessions_of(user)?.into_iter();
                let found = sessions.filter(|session| session.id == id);
                (Some(user), found.map(|session| session.token).collect())
            }
            SessionSelector::AllBut { user, keep } => {
                Self::require_self(actor, user)?;
                let tokens = self.sessions_of(user)?.into_iter();
                let tokens = tokens.map(|session| session.token);
                let tokens = tokens.filter(|token| Some(*token) != keep);
                (Some(user), tokens.collect())
            }
        };
        let is_of_another = user.is_some() && user != actor.user();
        if is_of_another && !tokens.is_empty() {
            let act = Act::new(AuditAction::EndSessions)
                .to(user)
                .with("sessions", tokens.len());
            self.note(actor, act)?;
        }
        for token in tokens {
            self.end_session(token)?;
        }
        Ok(Outcome::Done)
    }

    /// Ends one session; its connections close with the commit.
    pub(in super::super) fn end_session(&mut self, token: TokenHash) -> RuleResult<(), T> {
        self.tables.put_account(&AccountKey::Session(token), None)?;
        self.batch.add_ended_session(token);
        Ok(())
    }

    /// Refuses who is neither the operator nor the person.
    pub(super) fn require_self(actor: &Actor, user: UserId) -> RuleResult<(), T> {
        match actor {
            Actor::Operator => Ok(()),
            Actor::User(own) | Actor::RoomGuest(own, _) if *own == user => Ok(()),
            Actor::User(_) | Actor::RoomGuest(..) | Actor::Named(_) => {
                Err(ErrorCode::Forbidden.into())
            }
        }
    }
}
