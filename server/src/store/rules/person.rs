//! People: their names, and how everybody learns of a change.

use shared::id::Rev;
use shared::model::Profile;

use super::tables::{PersonRow, Tables};
use super::{Applied, RuleResult, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    pub(super) fn rename(&mut self, actor: &Actor, name: &str) -> Applied<T> {
        let mut person = self.acting_person(actor)?.clone();
        name.clone_into(&mut person.profile.name);
        let shown = self.with_username(person.profile.clone())?;
        let rev = self.publish_person(person, shown)?.rev;
        Ok(Outcome::Renamed { rev })
    }

    /// Stores a person who has changed, with the directory's next revision, and adds `shown`, which
    /// is what others see of the person, to the directory. Returns that with the revision. Who
    /// writes anything before has read the person and the directory's revision first.
    pub(super) fn publish_person(
        &mut self,
        mut person: PersonRow,
        mut shown: Profile,
    ) -> RuleResult<Profile, T> {
        let before = self.tables.person(person.profile.id)?;
        // A revision of 0 says that a person has nothing but a name.
        let outdates_author = before.is_none_or(|before| {
            before.profile.name != shown.name || before.profile.rev == Rev::ZERO
        });
        let rev = self.tables.directory_rev()?.next();
        person.profile.rev = rev;
        shown.rev = rev;
        self.tables.put_directory_rev(rev);
        self.tables.put_person(&person)?;
        self.batch.add_person(shown.clone(), outdates_author);
        Ok(shown)
    }
}
