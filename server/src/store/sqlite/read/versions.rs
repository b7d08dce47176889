//! What a message said before its edits.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Micros, RoomId, Seq, UserId};
use shared::model::{MemberRole, MessageVersion, Role, Room};
use shared::permission::{Action, Standing, is_allowed_in};

use super::pool::QueryError;
use super::visibility;
use crate::store::Viewer;
use crate::store::sqlite::rows;

/// The versions before the present one, oldest first. A message that was deleted has none.
///
/// # Errors
/// `no_such_room`, `room_gone`, `no_such_message`, `not_permitted`, SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: RoomId,
    seq: Seq,
) -> Result<Vec<MessageVersion>, QueryError> {
    let (room, _) = visibility::open_room(snapshot, viewer, room)?;
    if seq < viewer.first_message() {
        return Err(ErrorCode::NoSuchMessage.into());
    }
    let author: Option<Option<i64>> = snapshot
        .prepare_cached(
            "SELECT author FROM messages WHERE room = ?1 AND seq = ?2 AND event IS NULL",
        )?
        .query_row([room.id.0, seq.0], |row| row.get(0))
        .optional()?;
    let author = author.ok_or(ErrorCode::NoSuchMessage)?.map(UserId);
    if author != Some(viewer.user) && !may_read_of_others(snapshot, viewer, &room)? {
        return Err(ErrorCode::NotPermitted.into());
    }
    let versions = snapshot
        .prepare_cached(
            "SELECT body, written_at FROM message_versions
             WHERE room = ?1 AND seq = ?2 ORDER BY rev",
        )?
        .query_map([room.id.0, seq.0], |row| {
            Ok(MessageVersion {
                body: row.get(0)?,
                written_at: Micros(row.get(1)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(versions)
}

fn may_read_of_others(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: &Room,
) -> rusqlite::Result<bool> {
    if viewer.only_room.is_some() {
        return Ok(false);
    }
    let (role, membership): (Role, Option<MemberRole>) = snapshot
        .prepare_cached(
            "SELECT u.kind, m.role FROM users u
             LEFT JOIN memberships m ON m.room = ?1 AND m.user = u.id AND m.left_at IS NULL
             WHERE u.id = ?2",
        )?
        .query_row(params![room.id.0, viewer.user.0], |row| {
            let member: Option<i64> = row.get(1)?;
            Ok((rows::person_role(row.get(0)?), member.map(rows::role)))
        })?;
    let standing = membership.map_or(Standing::Outsider, Standing::of_member);
    Ok(is_allowed_in(Action::ReadVersions, role, room, standing))
}
