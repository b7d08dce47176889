//! The public rooms, by their names, and how many members each has.

use rusqlite::{Transaction, params};
use shared::id::{RoomId, UserId};
use shared::search::Query;

use super::pool::QueryError;
use crate::store::sqlite::rows;
use crate::store::{ListedRoom, RoomPage, RoomSearch, Viewer};

/// No person has this number.
const NOBODY: UserId = UserId(0);
/// Rooms that one page looks at: names are compared here.
const PAGE_ROWS: usize = 5_000;

/// Public rooms that are not removed, in the order of their names: only these have a look. Of a
/// guest of one room, that one.
pub(super) const ROOMS: &str = "FROM rooms k INDEXED BY rooms_listed
     CROSS JOIN rooms_now r ON r.id = k.id
     WHERE k.removed_at IS NULL AND k.name_look IS NOT NULL AND k.name > ?1 COLLATE NOCASE
     AND (k.archived_at IS NOT NULL) = ?2 AND (?3 IS NULL OR k.id = ?3)
     ORDER BY k.name COLLATE NOCASE";

/// A page of at most `limit` rooms.
///
/// # Errors
/// SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    search: &RoomSearch,
    limit: usize,
) -> Result<RoomPage, QueryError> {
    let query = Query::new(&search.typed);
    let mut statement =
        snapshot.prepare_cached(&format!("SELECT {}, k.name {ROOMS}", rows::room_of("r")))?;
    let mut found = statement.query(params![
        search.after.as_deref().unwrap_or_default(),
        search.archived,
        viewer.only_room().map(|only| only.room.0),
    ])?;
    let mut page = RoomPage::default();
    let mut rows_left = PAGE_ROWS;
    while let Some(row) = found.next()? {
        let room = rows::room(row)?;
        let name: String = row.get(rows::ROOM_COLUMNS)?;
        if query.find(&room.name).is_some() || query.find(&room.topic).is_some() {
            let (members, is_member) = members_of(snapshot, viewer.require_user()?, room.id)?;
            page.rooms.push(ListedRoom {
                room,
                members,
                is_member,
            });
        }
        rows_left -= 1;
        if page.rooms.len() >= limit || rows_left == 0 {
            page.next = Some(name);
            break;
        }
    }
    Ok(page)
}

/// The rooms behind one that are neither removed nor direct conversations, for the operator.
///
/// # Errors
/// SQLite's.
pub fn of_operator(
    snapshot: &Transaction<'_>,
    after: RoomId,
    limit: usize,
) -> Result<Vec<ListedRoom>, QueryError> {
    let rooms = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM rooms_now WHERE id > ?1 AND removed_at IS NULL AND kind <> 2
             ORDER BY id LIMIT ?2",
            rows::ROOM
        ))?
        .query_map(params![after.0, limit], rows::room)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut listed = Vec::with_capacity(rooms.len());
    for room in rooms {
        let (members, _) = members_of(snapshot, NOBODY, room.id)?;
        listed.push(ListedRoom {
            room,
            members,
            is_member: false,
        });
    }
    Ok(listed)
}

/// How many members a room has, and whether the viewer is one. Everybody is in the lobby.
fn members_of(
    snapshot: &Transaction<'_>,
    user: UserId,
    room: RoomId,
) -> rusqlite::Result<(u32, bool)> {
    if room == RoomId::LOBBY {
        let count = snapshot
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM users WHERE removed_at IS NULL
                 AND deactivated_at IS NULL AND (only_room IS NULL OR only_room = 1) LIMIT ?1)",
            )?
            .query_row([ListedRoom::MAX_COUNTED], |row| row.get(0))?;
        return Ok((count, true));
    }
    snapshot
        .prepare_cached(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM memberships
                WHERE room = ?1 AND left_at IS NULL LIMIT ?2)),
               EXISTS (SELECT 1 FROM memberships
                WHERE room = ?1 AND user = ?3 AND left_at IS NULL)",
        )?
        .query_row(params![room.0, ListedRoom::MAX_COUNTED, user.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
}
