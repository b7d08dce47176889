//! The members of a room: managers first, then by name.

use rusqlite::{Row, Transaction, params};
use shared::id::{Micros, Rev, RoomId};
use shared::model::{Member, Profile};
use shared::search::Query;

use super::person::people_of_room;
use super::pool::QueryError;
use super::visibility::{self, json_list};
use crate::store::sqlite::rows;
use crate::store::{MemberPage, MemberPosition, MemberSearch, Viewer};

/// Members that one page looks at: names are compared here.
const PAGE_ROWS: usize = 5_000;
/// The columns behind those of a profile.
const NEXT: usize = rows::PROFILE_COLUMNS;

/// A page of at most `limit` members; no viewer: for the operator. Everybody who can sign in is in
/// the lobby.
///
/// # Errors
/// `no_such_room`, `room_gone`, or SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    viewer: Option<Viewer>,
    room: RoomId,
    search: &MemberSearch,
    limit: usize,
) -> Result<MemberPage, QueryError> {
    match viewer {
        Some(viewer) => visibility::open_room(snapshot, viewer, room).map(drop)?,
        None => visibility::require_room(snapshot, room)?,
    }
    let mut statement = snapshot.prepare_cached(&if room == RoomId::LOBBY {
        everybody()
    } else {
        members()
    })?;
    // Of the lobby a guest who is here for it sees whom a guest sees of another room.
    let shown = match viewer {
        Some(viewer) if room == RoomId::LOBBY => people_for_guest(snapshot, viewer)?,
        _ => None,
    };
    let after = search.after.as_ref();
    let mut found = statement.query(params![
        room.0,
        after.map_or(i64::MAX, |after| rows::stored_role(after.role)),
        after.map_or("", |after| &after.name),
        after.map_or(i64::MIN, |after| after.user.0),
        PAGE_ROWS,
        shown,
    ])?;
    let query = Query::new(&search.typed);
    let mut page = MemberPage::default();
    let mut rows_left = PAGE_ROWS;
    while let Some(row) = found.next()? {
        let member = member(row)?;
        rows_left -= 1;
        let position = MemberPosition {
            role: member.role,
            name: member.person.name.clone(),
            user: member.person.id,
        };
        if fitness(&query, &member.person).is_some() {
            page.members.push(member);
        }
        if page.members.len() >= limit || rows_left == 0 {
            page.next = Some(position);
            break;
        }
    }
    Ok(page)
}

/// The members of a room that is not the lobby.
fn members() -> String {
    format!(
        "SELECT {}, m.role, m.rev, m.joined_at
         FROM memberships m JOIN users u ON u.id = m.user
         WHERE m.room = ?1 AND m.left_at IS NULL AND ?6 IS NULL
         AND (m.role < ?2 OR (m.role = ?2 AND (u.name COLLATE NOCASE, u.id) > (?3, ?4)))
         ORDER BY m.role DESC, u.name COLLATE NOCASE, u.id LIMIT ?5",
        rows::profile_of("u")
    )
}

/// Everybody who can sign in, or those of them who are named, by their names. Nobody manages the
/// lobby as a member.
pub(super) fn everybody() -> String {
    format!(
        "SELECT {}, 0, 0, u.created_at FROM users u INDEXED BY users_by_name
         WHERE u.removed_at IS NULL AND u.deactivated_at IS NULL
         AND (u.name COLLATE NOCASE, u.id) > (?3, ?4) AND ?2 >= 0
         AND (u.only_room IS NULL OR u.only_room = ?1)
         AND (?6 IS NULL OR u.id IN (SELECT value FROM json_each(?6)))
         ORDER BY u.name COLLATE NOCASE, u.id LIMIT ?5",
        rows::profile_of("u")
    )
}

/// The numbers of those whom a guest of one room sees there; none for others.
fn people_for_guest(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
) -> Result<Option<String>, QueryError> {
    let Some(only) = viewer.only_room() else {
        return Ok(None);
    };
    let people = people_of_room(snapshot, viewer, only, None)?;
    Ok(Some(json_list(people.iter().map(|person| person.id.0))))
}

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        person: rows::profile(row)?,
        role: rows::role(row.get(NEXT)?),
        rev: Rev(row.get(NEXT + 1)?),
        joined_at: Micros(row.get(NEXT + 2)?),
        left_at: None,
    })
}

/// How well a query fits a person: by the name or the username.
pub fn fitness(query: &Query, person: &Profile) -> Option<u32> {
    let name = query.find(&person.name);
    let username = person.username.as_ref().and_then(|name| query.find(name));
    let scores = [name, username].into_iter().flatten();
    scores.map(|found| found.score).max()
}
