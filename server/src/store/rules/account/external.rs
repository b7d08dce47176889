//! Who comes by an identity provider: signing in, the first time and later.

use shared::error::ErrorCode;
use shared::model::{Profile, Role};

use super::super::tables::{PersonRow, Tables};
use super::super::{AccountKey, AccountRow, Applied, ExternalRow, RuleResult, Rules};
use crate::store::{
    ExternalIdentity, ExternalRole, NewAccount, NewCredential, NewExternalAccount, NewSession,
    Outcome,
};

impl<T: Tables> Rules<T> {
    /// Begins a session of whoever has an identity. If nobody has it, an account is made.
    ///
    /// Who has lost the right to come in gets no session, and loses all others: the outcome has
    /// no person then.
    pub(super) fn sign_in_by_external(
        &mut self,
        identity: &ExternalIdentity,
        name: &str,
        role: ExternalRole,
        account: Option<&NewExternalAccount>,
        session: &NewSession,
    ) -> Applied<T> {
        let Some(row) = self.external(identity)? else {
            return self.join_by_external(identity, name, role, account, session);
        };
        let user = row.user;
        let person = match self.tables.person(user)? {
            Some(person) if person.removed_at.is_none() => person.clone(),
            _ => return Err(ErrorCode::WrongCredentials.into()),
        };
        let deactivated = self.identity(user)?.and_then(|row| row.deactivated_at);
        if deactivated.is_some() {
            return Err(ErrorCode::AccountDeactivated.into());
        }
        let before = person.profile.role;
        let after = match role {
            // The provider has no say about who owns the place.
            _ if before == Role::Owner => Some(before),
            ExternalRole::Unsaid => Some(before),
            ExternalRole::Given(role) => Some(role),
            ExternalRole::Withheld => None,
        };
        let profile = self.with_username(person.profile.clone())?;
        let sessions = self.sessions_of(user)?;
        let above = self.sessions_above_limit(user)?;
        let id = self.new_session_id()?;
        let rev = self.tables.directory_rev()?.next();
        // Decided: from here on it writes.
        let has_lost = after.is_none_or(|after| rank(after) < rank(before));
        let ended = if has_lost {
            sessions.into_iter().map(|session| session.token).collect()
        } else {
            above
        };
        for token in ended {
            self.end_session(token)?;
        }
        let Some(role) = after else {
            return Ok(Outcome::Done);
        };
        if row.name != name {
            let row = ExternalRow {
                name: name.to_owned(),
                ..row
            };
            self.put_external(identity, row)?;
        }
        self.begin_session(id, user, session, Some(self.config.now))?;
        if role == before {
            return Ok(Outcome::Person(profile));
        }
        let profile = Profile {
            role,
            rev,
            ..profile
        };
        self.tables.put_directory_rev(rev);
        self.tables.put_person(&PersonRow {
            profile: Profile {
                role,
                rev,
                ..person.profile
            },
            ..person
        })?;
        self.batch.add_name(profile.clone());
        Ok(Outcome::Person(profile))
    }

    fn join_by_external(
        &mut self,
        identity: &ExternalIdentity,
        name: &str,
        role: ExternalRole,
        account: Option<&NewExternalAccount>,
        session: &NewSession,
    ) -> Applied<T> {
        let role = match role {
            ExternalRole::Unsaid => Role::Member,
            ExternalRole::Given(role) => role,
            ExternalRole::Withheld => return Err(ErrorCode::NoExternalAccount.into()),
        };
        let account = account.ok_or(ErrorCode::NoExternalAccount)?;
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
                identity: identity.clone(),
                name: name.to_owned(),
            },
        };
        let ids = self.new_ids()?;
        // Decided: from here on it writes.
        let person = self.insert_account(role, &account, ids, session)?;
        Ok(Outcome::Person(person))
    }

    fn put_external(&mut self, identity: &ExternalIdentity, row: ExternalRow) -> RuleResult<(), T> {
        let key = AccountKey::External(identity.clone());
        let row = AccountRow::External(row);
        Ok(self.tables.put_account(&key, Some(&row))?)
    }
}

/// How much a role may do.
fn rank(role: Role) -> u8 {
    match role {
        Role::Guest | Role::Bot => 0,
        Role::Member => 1,
        Role::Administrator => 2,
        Role::Owner => 3,
    }
}
