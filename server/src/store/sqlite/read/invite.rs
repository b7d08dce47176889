//! Invites: what one offers, and the list for who manages them.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Micros, RoomId};
use shared::model::Role;

use super::account::person;
use super::pool::QueryError;
use super::visibility::IS_VISIBLE;
use crate::store::rules::{InviteRow, may_invite};
use crate::store::sqlite::rows;
use crate::store::sqlite::tables::{INVITE, invite};
use crate::store::{Invite, InviteId, LinkHash, OpenInvite, Viewer};

/// What an invite offers; none if nobody can join by it. It decides as the rule for joining does.
///
/// # Errors
/// SQLite's.
pub fn open(
    snapshot: &Transaction<'_>,
    token: &LinkHash,
    now: Micros,
) -> Result<Option<OpenInvite>, QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {INVITE} FROM invites WHERE token_hash = ?1"
        ))?
        .query_row([token.as_slice()], invite)
        .optional()?;
    let Some(row) = found.filter(|row| row.is_open(now)) else {
        return Ok(None);
    };
    if !may_inviter(snapshot, &row)? {
        return Ok(None);
    }
    let by = match row.created_by {
        Some(user) => person(snapshot, user)?,
        None => None,
    };
    let rooms = snapshot
        .prepare_cached(
            "SELECT r.id, r.name FROM invite_rooms i JOIN rooms r ON r.id = i.room
             WHERE i.invite = ?1 AND r.removed_at IS NULL AND r.archived_at IS NULL
             AND (r.kind = 0 OR ?2 IS NULL OR EXISTS (SELECT 1 FROM memberships m
               WHERE m.room = r.id AND m.user = ?2 AND m.role = 1 AND m.left_at IS NULL))
             ORDER BY r.id",
        )?
        .query_map(
            params![row.id.0, row.created_by.map(|user| user.0)],
            |row| Ok((RoomId(row.get(0)?), row.get(1)?)),
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    // Without its room it leads nowhere.
    if row.role == Role::Guest && rooms.is_empty() {
        return Ok(None);
    }
    Ok(Some(OpenInvite {
        role: row.role,
        rooms,
        with_history: row.with_history,
        expires_at: row.expires_at,
        by,
    }))
}

/// Whether who created an invite may still do so.
fn may_inviter(snapshot: &Transaction<'_>, row: &InviteRow) -> Result<bool, QueryError> {
    let role = match row.created_by {
        None => Some(Role::Owner),
        Some(user) => role_now(snapshot, user.0)?,
    };
    Ok(role.is_some_and(|role| may_invite(role, row.role)))
}

/// The role of a person who is neither removed nor deactivated.
///
/// # Errors
/// SQLite's.
pub fn role_now(snapshot: &Transaction<'_>, user: i64) -> Result<Option<Role>, QueryError> {
    let role: Option<i64> = snapshot
        .prepare_cached(
            "SELECT kind FROM users
             WHERE id = ?1 AND removed_at IS NULL AND deactivated_at IS NULL",
        )?
        .query_row([user], |row| row.get(0))
        .optional()?;
    Ok(role.map(rows::person_role))
}

/// Invites, the newest first; not those of guests to a room that does not exist for the viewer: they
/// would tell that there is one.
///
/// # Errors
/// `forbidden` for who may not invite; SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    before: Option<InviteId>,
    limit: usize,
) -> Result<Vec<Invite>, QueryError> {
    let user = viewer.require_user()?;
    let role = role_now(snapshot, user.0)?;
    if !role.is_some_and(|role| may_invite(role, Role::Guest)) {
        return Err(ErrorCode::Forbidden.into());
    }
    let before = before.map_or(i64::MAX, |before| before.0);
    let rows = snapshot
        .prepare_cached(&format!(
            "SELECT {INVITE} FROM invites WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
        ))?
        .query_map(params![before, limit], invite)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut invites = Vec::with_capacity(rows.len());
    for row in rows {
        let rooms = visible_rooms(snapshot, viewer, row.id)?;
        let is_own = row.created_by == Some(user);
        if row.role == Role::Guest && rooms.is_empty() && !is_own {
            continue;
        }
        let by = match row.created_by {
            Some(user) => person(snapshot, user)?,
            None => None,
        };
        invites.push(Invite {
            id: row.id,
            role: row.role,
            rooms,
            with_history: row.with_history,
            by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            max_uses: row.max_uses,
            uses: row.uses,
            revoked_at: row.revoked_at,
            mailed_to: row.mailed_to,
        });
    }
    Ok(invites)
}

/// The rooms of an invite that exist for the viewer and are not removed.
fn visible_rooms(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    invite: InviteId,
) -> Result<Vec<(RoomId, String)>, QueryError> {
    let rooms = snapshot
        .prepare_cached(&format!(
            "SELECT r.id, r.name FROM invite_rooms i JOIN rooms r ON r.id = i.room
             WHERE i.invite = ?1 AND r.removed_at IS NULL AND {IS_VISIBLE} ORDER BY r.id"
        ))?
        .query_map(params![invite.0, viewer.user_parameter()], |row| {
            Ok((RoomId(row.get(0)?), row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rooms)
}

/// The private rooms that the viewer manages.
///
/// # Errors
/// SQLite's.
pub fn managed_rooms(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    limit: usize,
) -> Result<Vec<(RoomId, String)>, QueryError> {
    let rooms = snapshot
        .prepare_cached(
            "SELECT r.id, r.name FROM memberships m JOIN rooms r ON r.id = m.room
             WHERE m.user = ?1 AND m.role = 1 AND m.left_at IS NULL AND r.removed_at IS NULL
             AND r.archived_at IS NULL AND r.kind <> 0 ORDER BY r.id LIMIT ?2",
        )?
        .query_map(params![viewer.user_parameter(), limit], |row| {
            Ok((RoomId(row.get(0)?), row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rooms)
}
