//! Rows of invites.

use rusqlite::{Row, params};
use shared::id::{Micros, RoomId, UserId};

use super::{Answer, SqliteTables};
use crate::store::rules::{AccountRow, InviteRow};
use crate::store::sqlite::rows;
use crate::store::{InviteId, LinkHash};

/// The columns that [`invite`] reads, of `invites`.
pub const INVITE: &str = "id, role, created_by, created_at, expires_at, max_uses, uses, revoked_at, spent_at, with_history, mailed_to";
/// How many columns these are.
const INVITE_COLUMNS: usize = 11;

/// An invite from the columns of [`INVITE`], without its rooms.
pub fn invite(row: &Row<'_>) -> rusqlite::Result<InviteRow> {
    Ok(InviteRow {
        id: InviteId(row.get(0)?),
        role: rows::person_role(row.get(1)?),
        created_by: row.get::<_, Option<i64>>(2)?.map(UserId),
        created_at: Micros(row.get(3)?),
        expires_at: row.get::<_, Option<i64>>(4)?.map(Micros),
        max_uses: row.get(5)?,
        uses: row.get(6)?,
        revoked_at: row.get::<_, Option<i64>>(7)?.map(Micros),
        spent_at: row.get::<_, Option<i64>>(8)?.map(Micros),
        mailed_to: row.get(10)?,
        rooms: Vec::new(),
        with_history: row.get(9)?,
    })
}

impl SqliteTables<'_> {
    pub(super) fn last_invite(&self) -> Answer<AccountRow> {
        Ok(AccountRow::LastInvite(InviteId(
            self.next_id("invites")? - 1,
        )))
    }

    pub(super) fn find_invite(&self, token: &LinkHash) -> Answer<Option<AccountRow>> {
        let sql = format!("SELECT {INVITE} FROM invites WHERE token_hash = ?1");
        let Some(found) = self.one(&sql, [token.as_slice()], invite)? else {
            return Ok(None);
        };
        let sql = "SELECT room FROM invite_rooms WHERE invite = ?1 ORDER BY room";
        let rooms = self.all(sql, [found.id.0], |row| Ok(RoomId(row.get(0)?)))?;
        Ok(Some(AccountRow::Invite(InviteRow { rooms, ..found })))
    }

    /// The invites that somebody created and that are neither revoked nor spent. Their rooms are
    /// left out, which never change.
    pub(super) fn open_invites_by(&self, user: UserId) -> Answer<Vec<(LinkHash, InviteRow)>> {
        let sql = format!(
            "SELECT {INVITE}, token_hash FROM invites
             WHERE created_by = ?1 AND revoked_at IS NULL AND spent_at IS NULL"
        );
        self.all(&sql, [user.0], |row| {
            Ok((row.get(INVITE_COLUMNS)?, invite(row)?))
        })
    }

    pub(super) fn open_invites(&self, now: Micros) -> Answer<AccountRow> {
        let sql = "SELECT id FROM invites WHERE revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > ?1) AND (max_uses IS NULL OR uses < max_uses)";
        let ids = self.all(sql, [now.0], |row| Ok(InviteId(row.get(0)?)))?;
        Ok(AccountRow::OpenInvites(ids))
    }

    /// The rooms of an invite never change.
    pub(super) fn put_invite(&self, token: &LinkHash, row: &InviteRow) -> Answer<()> {
        self.execute(
            "INSERT INTO invites (id, role, created_by, created_at, expires_at, max_uses, uses,
               revoked_at, spent_at, token_hash, with_history, mailed_to)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET uses = excluded.uses,
               revoked_at = excluded.revoked_at, spent_at = excluded.spent_at,
               mailed_to = excluded.mailed_to",
            params![
                row.id.0,
                rows::stored_person_role(row.role),
                row.created_by.map(|user| user.0),
                row.created_at.0,
                row.expires_at.map(|at| at.0),
                row.max_uses,
                row.uses,
                row.revoked_at.map(|at| at.0),
                row.spent_at.map(|at| at.0),
                token.as_slice(),
                row.with_history,
                row.mailed_to
            ],
        )?;
        for room in &row.rooms {
            let sql = "INSERT INTO invite_rooms (invite, room) VALUES (?1, ?2)
                 ON CONFLICT DO NOTHING";
            self.execute(sql, [row.id.0, room.0])?;
        }
        Ok(())
    }
}
