//! People: their names.

use super::tables::Tables;
use super::{Applied, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
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
