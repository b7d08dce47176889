//! Who can sign in no more: a person who is deactivated, for a time, or deleted, for ever.

use serde_json::json;
use shared::audit::AuditAction;
use shared::id::{Rev, UserId};
use shared::model::{Profile, Role};

use super::super::audit::Act;
use super::super::tables::{PersonRow, Tables};
use super::super::{AccountKey, AccountRow, Applied, ProfileRow, Rules};
use super::person_change::EndedAccess;
use crate::store::{Actor, Outcome, TokenHash};

impl<T: Tables> Rules<T> {
    /// Ends all of a person's sessions. What the person wrote stays, and so do memberships and
    /// credentials: it is not for ever.
    pub(super) fn deactivate(&mut self, actor: &Actor, user: UserId) -> Applied<T> {
        let mut person = self.managed_person(actor, user)?;
        self.require_another_owner(&person)?;
        let ended = self.access_of(user)?;
        let now = self.config.now;
        let is_new = person.deactivated_at.is_none();
        person.deactivated_at.get_or_insert(now);
        person.profile.deactivated = true;
        let change = self.person_change(person, ended)?;
        // Decided: from here on it writes.
        if is_new {
            self.note(actor, Act::new(AuditAction::DeactivatePerson).to(user))?;
        }
        Ok(Outcome::Person(self.change_person(change)?))
    }

    pub(super) fn reactivate(&mut self, actor: &Actor, user: UserId) -> Applied<T> {
        let mut person = self.managed_person(actor, user)?;
        let was_out = person.deactivated_at.take().is_some();
        person.profile.deactivated = false;
        let change = self.person_change(person, EndedAccess::default())?;
        // Decided: from here on it writes.
        if was_out {
            self.note(actor, Act::new(AuditAction::ReactivatePerson).to(user))?;
        }
        Ok(Outcome::Person(self.change_person(change)?))
    }

    /// Erases the name, the username, all credentials and sessions. Messages stay, and their
    /// author is nobody's name.
    pub(super) fn delete_person(
        &mut self,
        actor: &Actor,
        user: UserId,
        session: Option<&TokenHash>,
    ) -> Applied<T> {
        let person = self.managed_person(actor, user)?;
        self.require_another_owner(&person)?;
        self.require_proof_of(actor, session)?;
        let had_username = self.identity(user)?.is_some();
        let ended = self.access_of(user)?;
        let identities = self.externals_of(user)?;
        let role = person.profile.role;
        let person = PersonRow {
            profile: Profile {
                role: Role::Guest,
                deleted: true,
                ..Profile::guest(user, String::new(), Rev::ZERO)
            },
            has_posted: person.has_posted,
            removed_at: Some(self.config.now),
            deactivated_at: None,
            only_room: None,
        };
        let change = self.person_change(person, ended)?;
        // Decided: from here on it writes.
        // Who leaves by oneself manages nobody.
        if actor.user() != Some(user) {
            let act = Act::new(AuditAction::DeletePerson)
                .to(user)
                .with("role", json!(role));
            self.note(actor, act)?;
        }
        if had_username {
            self.tables.put_account(&AccountKey::Identity(user), None)?;
        }
        let nothing = AccountRow::Profile(ProfileRow::default());
        self.tables
            .put_account(&AccountKey::Profile(user), Some(&nothing))?;
        // Who comes with one of them next is somebody new.
        for identity in identities {
            self.tables
                .put_account(&AccountKey::External(identity), None)?;
        }
        self.tables
            .put_account(&AccountKey::PersonalData(user), None)?;
        Ok(Outcome::Person(self.change_person(change)?))
    }
}
