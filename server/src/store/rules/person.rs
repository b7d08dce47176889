//! People: names, and who is removed.

use shared::id::UserId;

use super::tables::{PersonRow, Tables};
use super::{AccountKey, Applied, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    pub(super) fn remove_user(&mut self, user: UserId) -> Applied<T> {
        let person = PersonRow {
            removed_at: Some(self.config.now),
            ..self.person(user)?.clone()
        };
        let profile = self.with_username(person.profile.clone())?;
        let sessions = self.sessions_of(user)?;
        let identities = self.externals_of(user)?;
        // Decided: from here on it writes.
        for identity in identities {
            let key = AccountKey::External(identity);
            self.tables.put_account(&key, None)?;
        }
        for session in sessions {
            self.end_session(session.token)?;
        }
        self.tables.put_person(&person)?;
        Ok(Outcome::Person(profile))
    }

    pub(super) fn rename(&mut self, actor: &Actor, name: &str) -> Applied<T> {
        let mut person = self.acting_person(actor)?.clone();
        let rev = self.tables.directory_rev()?.next();
        person.profile.rev = rev;
        name.clone_into(&mut person.profile.name);
        let profile = self.with_username(person.profile.clone())?;
        self.tables.put_directory_rev(rev);
        self.tables.put_person(&person)?;
        self.batch.add_name(profile);
        Ok(Outcome::Renamed { rev })
    }
}
