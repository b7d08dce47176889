//! Time-outs: a person reads for a time, and does not write.

use shared::error::ErrorCode;
use shared::id::{Micros, UserId};
use shared::model::Restriction;

use super::super::tables::{PersonRow, Tables};
use super::super::{Applied, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    /// Lets a person only read until a moment, or ends that. Nobody does it to oneself, nor to who
    /// manages as many people. Only that person, and who manages people, are told.
    pub(super) fn time_out(
        &mut self,
        actor: &Actor,
        user: UserId,
        until: Option<Micros>,
    ) -> Applied<T> {
        let person = self.managed_person(actor, user)?;
        if actor.user() == Some(user) {
            return Err(ErrorCode::Forbidden.into());
        }
        let until = until.filter(|until| *until > self.config.now);
        let profile = self.with_username(person.profile.clone())?;
        if person.restriction.timed_out_until == until {
            return Ok(Outcome::Person(profile));
        }
        let rev = self.tables.stream_rev(user)?.next();
        let restriction = Restriction {
            rev,
            timed_out_until: until,
        };
        // Decided: from here on it writes.
        self.tables.put_stream_rev(user, rev);
        self.tables.put_person(&PersonRow {
            restriction,
            ..person
        })?;
        self.batch.add_restriction(user, restriction);
        Ok(Outcome::Person(profile))
    }
}
