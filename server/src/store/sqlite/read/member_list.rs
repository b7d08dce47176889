//! The members of a room: managers first, then by name.

use rusqlite::{Row, Transaction, params};
use shared::id::{Micros, Rev, RoomId};
use shared::model::{Member, Profile};
use shared::search::Query;

use super::pool::QueryError;
use super::visibility;
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
    let source = if room == RoomId::LOBBY {
        "(SELECT u.*, 0 AS role, 0 AS member_rev, u.created_at AS joined_at FROM users u
          WHERE u.removed_at IS NULL AND u.deactivated_at IS NULL
          AND (u.only_room IS NULL OR u.only_room = ?1))"
    } else {
        "(SELECT u.*, m.role, m.rev AS member_rev, m.joined_at
          FROM memberships m JOIN users u ON u.id = m.user
          WHERE m.room = ?1 AND m.left_at IS NULL)"
    };
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {}, s.role, s.member_rev, s.joined_at FROM {source} s
         WHERE s.role < ?2 OR (s.role = ?2 AND (s.name COLLATE NOCASE > ?3
           OR (s.name COLLATE NOCASE = ?3 AND s.id > ?4)))
         ORDER BY s.role DESC, s.name COLLATE NOCASE, s.id LIMIT ?5",
        rows::profile_of("s")
    ))?;
    let after = search.after.as_ref();
    let mut found = statement.query(params![
        room.0,
        after.map_or(i64::MAX, |after| rows::stored_role(after.role)),
        after.map_or("", |after| &after.name),
        after.map_or(i64::MIN, |after| after.user.0),
        PAGE_ROWS,
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
