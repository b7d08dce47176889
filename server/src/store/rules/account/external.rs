//! Who comes by an identity provider: signing in, the first time and later, and whose an identity
//! there is.

use serde_json::json;
use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::UserId;
use shared::model::Role;

use super::super::audit::Act;
use super::super::tables::{PersonRow, Tables};
use super::super::{AccountKey, AccountRow, Applied, ExternalRow, RuleResult, Rules};
use crate::store::{
    Actor, ExternalIdentity, ExternalRole, ExternalSignIn, NewAccount, NewCredential, Outcome,
    TokenHash,
};

impl<T: Tables> Rules<T> {
    /// Begins a session of whoever has an identity. If nobody has it, an account is made.
    ///
    /// Who has lost the right to come in gets no session, and loses all others: the outcome has
    /// no person then.
    pub(super) fn sign_in_by_external(&mut self, sign_in: &ExternalSignIn) -> Applied<T> {
        let ExternalSignIn {
            identity,
            name,
            role,
            session,
            ..
        } = sign_in;
        let Some(row) = self.external(identity)? else {
            return self.join_by_external(sign_in);
        };
        let user = row.user;
        let person = match self.tables.person(user)? {
            Some(person) if person.removed_at.is_none() => person.clone(),
            _ => return Err(ErrorCode::WrongCredentials.into()),
        };
        if person.deactivated_at.is_some() {
            return Err(ErrorCode::AccountDeactivated.into());
        }
        let present = person.profile.role;
        let change = match role {
            // The provider has no say about who owns the place.
            _ if present == Role::Owner => None,
            ExternalRole::Withheld => return self.keep_out(person),
            ExternalRole::Given(role) if *role != present => {
                Some(self.role_change(&person, *role)?)
            }
            ExternalRole::Given(_) | ExternalRole::Unsaid => None,
        };
        let mut profile = self.with_username(person.profile)?;
        let above = self.sessions_above_limit(user)?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        if let Some(change) = change {
            profile = self.change_person(change)?;
            self.note_provider(user, present, profile.role)?;
        }
        for token in above {
            self.end_session(token)?;
        }
        if row.name != *name {
            let name = name.clone();
            self.put_external(identity, ExternalRow { name, ..row })?;
        }
        self.begin_session(id, user, session, Some(self.config.now))?;
        Ok(Outcome::Person(profile))
    }

    /// Takes from somebody whom the provider does not let in any more all that lets the person,
    /// or others on the person's behalf, in.
    fn keep_out(&mut self, mut person: PersonRow) -> Applied<T> {
        let ended = self.access_of(person.profile.id)?;
        if person.profile.role == Role::Member && ended.is_empty() {
            return Err(ErrorCode::NoExternalAccount.into());
        }
        let before = std::mem::replace(&mut person.profile.role, Role::Member);
        let user = person.profile.id;
        let change = self.person_change(person, ended)?;
        // Decided: from here on it writes.
        self.change_person(change)?;
        if before != Role::Member {
            self.note_provider(user, before, Role::Member)?;
        }
        Ok(Outcome::Done)
    }

    /// Notes that the provider has changed what a person may do.
    fn note_provider(&mut self, user: UserId, from: Role, to: Role) -> RuleResult<(), T> {
        let act = Act::new(AuditAction::ChangeRole)
            .to(user)
            .changed("role", json!(from), json!(to))
            .with("by", "provider");
        self.note(&Actor::Operator, act)
    }

    fn join_by_external(&mut self, sign_in: &ExternalSignIn) -> Applied<T> {
        let role = match sign_in.role {
            ExternalRole::Unsaid => Role::Member,
            ExternalRole::Given(role) => role,
            ExternalRole::Withheld => return Err(ErrorCode::NoExternalAccount.into()),
        };
        let account = (sign_in.account.as_ref()).ok_or(ErrorCode::NoExternalAccount)?;
        let mut free = None;
        for username in &account.usernames {
            if self.is_free(username)? {
                free = Some(username.clone());
                break;
            }
        }
        let account = NewAccount {
            username: free.ok_or(ErrorCode::UsernameTaken)?,
            name: account.name.clone(),
            credential: NewCredential::External {
                identity: sign_in.identity.clone(),
                name: sign_in.name.clone(),
            },
        };
        let guest = match &sign_in.guest {
            Some(session) => self.guest_in(session)?,
            None => None,
        };
        let newcomer = self.newcomer(&guest.map_or(Actor::Operator, Actor::User))?;
        // Decided: from here on it writes.
        let person = self.insert_account(role, &account, newcomer, &sign_in.session)?;
        Ok(Outcome::Person(person))
    }

    /// The guest of a session; none if it has ended, or is somebody else's.
    fn guest_in(&mut self, session: &TokenHash) -> RuleResult<Option<UserId>, T> {
        let Some(row) = self.session(session)? else {
            return Ok(None);
        };
        let role = self.role_now(row.user)?;
        Ok((role == Some(Role::Guest)).then_some(row.user))
    }

    /// Makes an identity another way in for the actor. Of one provider a person has one.
    pub(super) fn link_external(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        identity: &ExternalIdentity,
        name: &str,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        match self.external(identity)? {
            Some(row) if row.user == user => return Ok(Outcome::Done),
            Some(_) => return Err(ErrorCode::ExternalTaken.into()),
            None => {}
        }
        let own = self.externals_of(user)?;
        if own.iter().any(|own| own.issuer == identity.issuer) {
            return Err(ErrorCode::TooMany.into());
        }
        // Decided: from here on it writes.
        let row = ExternalRow {
            user,
            name: name.to_owned(),
            linked_at: self.config.now,
        };
        self.put_external(identity, row)?;
        Ok(Outcome::Done)
    }

    /// Takes an identity from the actor. It is no error if there is none: the person wants it
    /// gone.
    pub(super) fn unlink_external(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        issuer: &str,
        is_only_way: bool,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        let mut own = self.externals_of(user)?.into_iter();
        let Some(identity) = own.find(|own| own.issuer == issuer) else {
            return Ok(Outcome::Unchanged);
        };
        let may_use_others = !is_only_way || self.person(user)?.profile.role == Role::Owner;
        // No passkey has an empty id: all of them count.
        let has_another = self.password(user)?.is_some() || self.has_passkey_besides(user, &[])?;
        if !(may_use_others && has_another) {
            return Err(ErrorCode::LastCredential.into());
        }
        // Decided: from here on it writes.
        self.tables
            .put_account(&AccountKey::External(identity), None)?;
        Ok(Outcome::Done)
    }

    /// Ends the sessions that began by a provider, of a subject or of a session there. It is no
    /// error if there are none.
    pub(super) fn end_external_sessions(
        &mut self,
        actor: &Actor,
        issuer: &str,
        subject: Option<&str>,
        sid: Option<&str>,
    ) -> Applied<T> {
        Self::require_operator(actor)?;
        let user = match subject {
            Some(subject) => {
                let identity = ExternalIdentity {
                    issuer: issuer.to_owned(),
                    subject: subject.to_owned(),
                };
                self.external(&identity)?.map(|row| row.user)
            }
            None => None,
        };
        let mut sessions = match (sid, user) {
            (Some(sid), _) => self.external_sessions(issuer, sid)?,
            (None, Some(user)) => self.sessions_of(user)?,
            (None, None) => Vec::new(),
        };
        sessions.retain(|row| {
            let is_external = (row.external.as_ref()).is_some_and(|of| of.issuer == issuer);
            // Of an identity that was unlinked since, the session is known by its number alone.
            is_external && user.is_none_or(|user| user == row.user)
        });
        // Decided: from here on it writes.
        for row in sessions {
            self.end_session(row.token)?;
        }
        Ok(Outcome::Done)
    }

    fn put_external(&mut self, identity: &ExternalIdentity, row: ExternalRow) -> RuleResult<(), T> {
        let key = AccountKey::External(identity.clone());
        let row = AccountRow::External(row);
        Ok(self.tables.put_account(&key, Some(&row))?)
    }
}
