//! Writes the rows of people.

use rusqlite::params;
use shared::id::Micros;

use super::{Answer, SqliteTables};
use crate::store::rules::PersonRow;
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn insert_person_row(&self, person: &PersonRow, now: Micros) -> Answer<()> {
        let profile = &person.profile;
        self.execute(
            "INSERT INTO users (id, kind, name, directory_rev, created_at, only_room, only_room_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                profile.id.0,
                rows::stored_person_role(profile.role),
                profile.name,
                profile.rev.0,
                now.0,
                person.only_room.map(|only| only.room.0),
                person.only_room.map(|only| only.from.0)
            ],
        )
    }

    pub(super) fn update_person_row(&self, person: &PersonRow) -> Answer<()> {
        let profile = &person.profile;
        self.execute(
            "UPDATE users SET name = ?2, directory_rev = ?3, has_posted = ?4, removed_at = ?5,
               kind = ?6, deactivated_at = ?7, only_room = ?8, only_room_from = ?9,
               timed_out_until = ?10, restriction_rev = ?11 WHERE id = ?1",
            params![
                profile.id.0,
                profile.name,
                profile.rev.0,
                person.has_posted,
                person.removed_at.map(|at| at.0),
                rows::stored_person_role(profile.role),
                person.deactivated_at.map(|at| at.0),
                person.only_room.map(|only| only.room.0),
                person.only_room.map(|only| only.from.0),
                person.restriction.timed_out_until.map(|until| until.0),
                person.restriction.rev.0,
            ],
        )
    }
}
