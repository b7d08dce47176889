//! Which rooms exist for a viewer.
//!
//! The viewer is a part of the statement that looks for the room. So who is no member of a
//! private room causes the same statements, with the same answer, as for a room that never was. So
//! does a guest of one room who asks for another: it is looked up by an id that no room has.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};
use shared::model::{Room, RoomKind};

use super::pool::QueryError;
use crate::store::sqlite::rows;
use crate::store::{RoomSelection, Viewer};

/// Whether the room `r` exists for the person `?2`; for nobody, NULL, if it is public.
pub(super) const IS_VISIBLE: &str = "(r.kind = 0 OR EXISTS (SELECT 1 FROM memberships v
       WHERE v.room = r.id AND v.user = ?2 AND v.left_at IS NULL))";

/// A room that exists for the viewer and is not removed, and its last revision.
///
/// # Errors
/// `no_such_room`; `room_gone` for who could read it when it was removed; SQLite's.
pub fn open_room(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: RoomId,
) -> Result<(Room, Rev), QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {}, rev FROM rooms_now r WHERE r.id = ?1 AND {IS_VISIBLE}",
            rows::ROOM
        ))?
        .query_row(
            params![viewer.room_to_find(room).0, viewer.user_parameter()],
            |row| Ok((rows::room(row)?, Rev(row.get(rows::ROOM_COLUMNS)?))),
        )
        .optional()?;
    match found {
        None => Err(ErrorCode::NoSuchRoom.into()),
        Some((room, _)) if room.removed_at.is_some() => Err(ErrorCode::RoomGone.into()),
        Some(found) => Ok(found),
    }
}

/// The kind of a room.
///
/// # Errors
/// As [`open_room`].
pub fn room_kind(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: RoomId,
) -> Result<RoomKind, QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT r.kind, r.removed_at IS NOT NULL FROM rooms r WHERE r.id = ?1 AND {IS_VISIBLE}"
        ))?
        .query_row(
            params![viewer.room_to_find(room).0, viewer.user_parameter()],
            |row| Ok((rows::room_kind(row.get(0)?), row.get::<_, bool>(1)?)),
        )
        .optional()?;
    match found {
        None => Err(ErrorCode::NoSuchRoom.into()),
        Some((_, true)) => Err(ErrorCode::RoomGone.into()),
        Some((kind, false)) => Ok(kind),
    }
}

/// Refuses a room that there is not, for the operator.
///
/// # Errors
/// `no_such_room`, `room_gone`, SQLite's.
pub fn require_room(snapshot: &Transaction<'_>, room: RoomId) -> Result<(), QueryError> {
    let is_removed: Option<bool> = snapshot
        .prepare_cached("SELECT removed_at IS NOT NULL FROM rooms WHERE id = ?1")?
        .query_row([room.0], |row| row.get(0))
        .optional()?;
    match is_removed {
        None => Err(ErrorCode::NoSuchRoom.into()),
        Some(true) => Err(ErrorCode::RoomGone.into()),
        Some(false) => Ok(()),
    }
}

/// The rooms of a selection, at most `limit`: of one's own, first those that are not public (anybody
/// can add somebody to many public rooms), and of each those in which one's membership changed last.
///
/// # Errors
/// SQLite's.
pub fn visible_rooms(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    selection: &RoomSelection,
    limit: usize,
) -> Result<Vec<(RoomId, RoomKind)>, QueryError> {
    match (selection, viewer.only_room()) {
        (RoomSelection::Own, None) => own_rooms(snapshot, viewer.require_user()?, limit),
        (RoomSelection::Own, Some(only)) => these_rooms(snapshot, viewer, &[only.room], limit),
        (RoomSelection::These(rooms), _) => these_rooms(snapshot, viewer, rooms, limit),
    }
}

fn own_rooms(
    snapshot: &Transaction<'_>,
    user: UserId,
    limit: usize,
) -> Result<Vec<(RoomId, RoomKind)>, QueryError> {
    let rooms = snapshot
        .prepare_cached(
            "SELECT r.id, r.kind FROM rooms r WHERE r.id = ?3
             UNION ALL
             SELECT * FROM (SELECT r.id, r.kind FROM memberships v CROSS JOIN rooms r ON r.id = v.room
               WHERE v.user = ?1 AND v.left_at IS NULL AND r.removed_at IS NULL
               ORDER BY r.kind = 0, v.own_rev DESC LIMIT ?2)
             LIMIT ?2",
        )?
        .query_map(params![user.0, limit, RoomId::LOBBY.0], room_and_kind)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rooms)
}

fn these_rooms(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    rooms: &[RoomId],
    limit: usize,
) -> Result<Vec<(RoomId, RoomKind)>, QueryError> {
    let ids = json_list(rooms.iter().map(|room| viewer.room_to_find(*room).0));
    let rooms = snapshot
        .prepare_cached(&format!(
            "SELECT r.id, r.kind FROM rooms r WHERE r.id IN (SELECT value FROM json_each(?1))
             AND r.removed_at IS NULL AND {IS_VISIBLE} LIMIT ?3"
        ))?
        .query_map(params![ids, viewer.user_parameter(), limit], room_and_kind)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rooms)
}

/// The state of those rooms that exist for the viewer and are not removed.
///
/// # Errors
/// SQLite's.
pub fn rooms(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    rooms: &[RoomId],
) -> Result<Vec<Room>, QueryError> {
    let ids = json_list(rooms.iter().map(|room| viewer.room_to_find(*room).0));
    let rooms = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM rooms_now r WHERE r.id IN (SELECT value FROM json_each(?1))
             AND r.removed_at IS NULL AND {IS_VISIBLE}",
            rows::ROOM
        ))?
        .query_map(params![ids, viewer.user_parameter()], rows::room)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rooms)
}

fn room_and_kind(row: &rusqlite::Row<'_>) -> rusqlite::Result<(RoomId, RoomKind)> {
    Ok((RoomId(row.get(0)?), rows::room_kind(row.get(1)?)))
}

/// Numbers as a JSON list, for `json_each`.
pub fn json_list(numbers: impl Iterator<Item = i64>) -> String {
    let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}
