//! Reads and writes the rows of memberships.

use rusqlite::{OptionalExtension, params};
use shared::id::{Micros, Rev, RoomId, UserId};

use super::{Answer, SqliteTables};
use crate::store::rules::MembershipRow;
use crate::store::sqlite::rows;

impl SqliteTables<'_> {
    pub(super) fn find_membership(
        &mut self,
        room: RoomId,
        user: UserId,
    ) -> Answer<Option<MembershipRow>> {
        let statement = self.statements.find_membership.prepared(self.connection)?;
        let found = statement.query_row([room.0, user.0], |row| {
            Ok(MembershipRow {
                role: rows::role(row.get(0)?),
                rev: Rev(row.get(1)?),
                own_rev: Rev(row.get(2)?),
                joined_at: Micros(row.get(3)?),
                left_at: row.get::<_, Option<i64>>(4)?.map(Micros),
            })
        });
        Ok(found.optional()?)
    }

    pub(super) fn put_membership_row(
        &mut self,
        room: RoomId,
        user: UserId,
        row: MembershipRow,
    ) -> Answer<()> {
        self.execute(
            "INSERT INTO memberships (room, user, role, rev, own_rev, joined_at, left_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (room, user) DO UPDATE SET role = excluded.role, rev = excluded.rev,
               own_rev = excluded.own_rev, joined_at = excluded.joined_at,
               left_at = excluded.left_at",
            params![
                room.0,
                user.0,
                rows::stored_role(row.role),
                row.rev.0,
                row.own_rev.0,
                row.joined_at.0,
                row.left_at.map(|at| at.0),
            ],
        )
    }
}
