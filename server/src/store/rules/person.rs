//! People: guests, names and sessions.

use shared::id::Rev;
use shared::id::UserId;
use shared::model::Profile;

use super::tables::{PersonRow, Tables};
use super::{Applied, Rules};
use crate::store::{Actor, Outcome, TokenHash};

impl<T: Tables> Rules<T> {
    pub(super) fn create_guest(&mut self, name: &str, token: &TokenHash) -> Applied<T> {
        let now = self.config.now;
        let profile = Profile::guest(self.tables.new_user_id()?, name.to_owned(), Rev::ZERO);
        let person = PersonRow {
            profile,
            has_posted: false,
            removed_at: None,
        };
        self.tables.insert_person(&person, now)?;
        self.tables.insert_session(token, person.profile.id, now)?;
        Ok(Outcome::Person(person.profile))
    }

    pub(super) fn touch_session(&mut self, token: &TokenHash) -> Applied<T> {
        self.tables.touch_session(token, self.config.now)?;
        Ok(Outcome::Done)
    }

    pub(super) fn end_session(&mut self, token: &TokenHash) -> Applied<T> {
        self.tables.delete_session(token)?;
        self.batch.add_ended_session(*token);
        Ok(Outcome::Done)
    }

    pub(super) fn remove_user(&mut self, user: UserId) -> Applied<T> {
        let person = PersonRow {
            removed_at: Some(self.config.now),
            ..self.person(user)?.clone()
        };
        for token in self.tables.sessions_of(user)? {
            self.tables.delete_session(&token)?;
            self.batch.add_ended_session(token);
        }
        self.tables.put_person(&person)?;
        Ok(Outcome::Person(person.profile))
    }

    pub(super) fn rename(&mut self, actor: &Actor, name: &str) -> Applied<T> {
        let mut person = self.acting_person(actor)?.clone();
        let rev = self.tables.directory_rev()?.next();
        self.tables.put_directory_rev(rev);
        person.profile.rev = rev;
        name.clone_into(&mut person.profile.name);
        self.tables.put_person(&person)?;
        self.batch.add_name(person.profile);
        Ok(Outcome::Renamed { rev })
    }
}
