//! What belongs to one person: the own stream and sessions; and what others see of people.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::limits::{SESSION_DAYS, SESSION_IDLE_DAYS};
use shared::model::{Membership, OnlyRoom, Profile, ReadMark};
use shared::stream::{Item, StreamKey};

use super::changes::{self, Range, SourcePage};
use super::pool::QueryError;
use super::visibility::{json_list, open_room};
use crate::store::sqlite::days::days_before;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;
use crate::store::{ResumePoint, Session, SessionId, StreamChanges, TokenHash, Viewer};

/// Of so many of a room's newest messages a guest of that room is told about the authors: no index
/// finds what somebody wrote.
const AUTHORS_OF_NEWEST: i64 = 2_000;

/// The last revision of a person's own stream.
pub(super) const STREAM_HEAD: &str = "SELECT stream_rev FROM users_now WHERE id = ?1";

/// A page of at most `limit` changes of a person's own stream.
///
/// # Errors
/// SQLite's.
pub fn changes(
    snapshot: &Transaction<'_>,
    user: UserId,
    known: ResumePoint,
    limit: usize,
) -> Result<StreamChanges, QueryError> {
    let head = snapshot
        .prepare_cached(STREAM_HEAD)?
        .query_row([user.0], |row| row.get(0))
        .optional()?
        .map_or(Rev::ZERO, Rev);
    let is_known = epoch::is_known(snapshot, StreamKind::User, user.0, known, head)?;
    let range = Range {
        above: if is_known { known.rev } else { Rev::ZERO },
        up_to: head,
        limit: limit.max(1),
    };
    let (items, through) = changes::collect(
        snapshot,
        StreamKey::Own,
        range,
        &[
            &|snapshot, range| memberships(snapshot, user, range),
            &|snapshot, range| read_marks(snapshot, user, range),
            &|snapshot, range| sidebar(snapshot, user, range),
            &|snapshot, range| restriction(snapshot, user, range),
        ],
    )?;
    Ok(StreamChanges {
        from: range.above,
        through,
        head,
        items,
    })
}

/// A membership ends with its room. A client that knows nothing needs no memberships that have
/// ended.
fn memberships(
    snapshot: &Transaction<'_>,
    user: UserId,
    range: Range,
) -> rusqlite::Result<SourcePage> {
    let sql = "SELECT m.room, m.own_rev, m.role, m.joined_at, coalesce(m.left_at, r.removed_at),
           r.kind
         FROM memberships m JOIN rooms r ON r.id = m.room
         WHERE m.user = ?1 AND m.own_rev > ?2
         AND (?3 OR coalesce(m.left_at, r.removed_at) IS NULL)
         ORDER BY m.own_rev LIMIT ?4";
    let is_resumed = range.above > Rev::ZERO;
    let parameters = params![user.0, range.above.0, is_resumed, range.limit];
    changes::query(snapshot, sql, parameters, range, |row| {
        Ok(Item::Membership(Membership {
            room: RoomId(row.get(0)?),
            kind: rows::room_kind(row.get(5)?),
            rev: Rev(row.get(1)?),
            role: rows::role(row.get(2)?),
            joined_at: Micros(row.get(3)?),
            left_at: row.get::<_, Option<i64>>(4)?.map(Micros),
        }))
    })
}

fn read_marks(
    snapshot: &Transaction<'_>,
    user: UserId,
    range: Range,
) -> rusqlite::Result<SourcePage> {
    // The mark stays when a membership ends, and nothing is said of it: that it goes with the
    // room would tell a former member when the room is removed.
    let sql = "SELECT k.room, k.seq, k.generation, k.rev FROM read_marks k
         JOIN rooms r ON r.id = k.room
         WHERE k.user = ?1 AND k.rev > ?2
         AND (r.kind = 0 OR EXISTS (SELECT 1 FROM memberships m
            WHERE m.room = k.room AND m.user = ?1 AND m.left_at IS NULL))
         ORDER BY k.rev LIMIT ?3";
    let parameters = params![user.0, range.above.0, range.limit];
    changes::query(snapshot, sql, parameters, range, |row| {
        Ok(Item::ReadMark(ReadMark {
            room: RoomId(row.get(0)?),
            seq: Seq(row.get(1)?),
            generation: row.get(2)?,
            rev: Rev(row.get(3)?),
        }))
    })
}

fn sidebar(snapshot: &Transaction<'_>, user: UserId, range: Range) -> rusqlite::Result<SourcePage> {
    let sql = "SELECT layout, rev FROM sidebars WHERE user = ?1 AND rev > ?2";
    changes::query(snapshot, sql, [user.0, range.above.0], range, |row| {
        let layout: String = row.get(0)?;
        Ok(Item::Sidebar(rows::sidebar(&layout, Rev(row.get(1)?))))
    })
}

fn restriction(
    snapshot: &Transaction<'_>,
    user: UserId,
    range: Range,
) -> rusqlite::Result<SourcePage> {
    let sql = "SELECT timed_out_until, restriction_rev FROM users
         WHERE id = ?1 AND restriction_rev > ?2";
    changes::query(snapshot, sql, [user.0, range.above.0], range, |row| {
        Ok(Item::Restriction(rows::restriction(row, 0)?))
    })
}

/// The people with these ids who exist for the viewer.
///
/// # Errors
/// SQLite's.
pub fn people(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    ids: &[UserId],
) -> Result<Vec<Profile>, QueryError> {
    let ids = json_list(ids.iter().map(|id| id.0));
    if let Some(only) = viewer.only_room() {
        return people_of_room(snapshot, viewer, only, Some(&ids));
    }
    let people = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM users WHERE id IN (SELECT value FROM json_each(?1))",
            rows::PROFILE
        ))?
        .query_map([ids], rows::profile)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(people)
}

/// Of these people, or of all, those whom a guest of one room sees there: members, and who wrote one
/// of the newest messages; and the guest.
///
/// # Errors
/// SQLite's.
pub fn people_of_room(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    only: OnlyRoom,
    ids: Option<&str>,
) -> Result<Vec<Profile>, QueryError> {
    let (room, last) = match open_room(snapshot, viewer, only.room) {
        Ok((room, _)) => (Some(room.id.0), room.seq),
        Err(QueryError::Refused(ErrorCode::NoSuchRoom | ErrorCode::RoomGone)) => (None, Seq::ZERO),
        Err(error) => return Err(error),
    };
    let first = only.from.max(Seq(last.0 - AUTHORS_OF_NEWEST + 1));
    let these = match ids {
        Some(_) => "id IN (SELECT value FROM json_each(?1))",
        None => "?1 IS NULL",
    };
    let people = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM users WHERE {these}
             AND id IN (SELECT ?2
               UNION SELECT user FROM memberships WHERE room = ?3 AND left_at IS NULL
               UNION SELECT author FROM messages WHERE room = ?3 AND seq >= ?4)",
            rows::PROFILE
        ))?
        .query_map(
            params![ids, viewer.user_parameter(), room, first.0],
            rows::profile,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(people)
}

/// The session of a token, if it has not expired.
///
/// # Errors
/// SQLite's.
pub fn session(
    snapshot: &Transaction<'_>,
    token: &TokenHash,
    now: Micros,
) -> Result<Option<Session>, QueryError> {
    let session = snapshot
        .prepare_cached(&format!(
            "SELECT {}, s.used_at, s.id, s.confirmed_at, u.only_room, u.only_room_from
             FROM sessions s JOIN users u ON u.id = s.user
             WHERE s.token_hash = ?1 AND u.removed_at IS NULL AND u.deactivated_at IS NULL
             AND s.used_at >= ?2 AND s.created_at >= ?3",
            rows::profile_of("u")
        ))?
        .query_row(
            params![
                token.as_slice(),
                days_before(now, SESSION_IDLE_DAYS),
                days_before(now, SESSION_DAYS)
            ],
            |row| {
                Ok(Session {
                    person: rows::profile(row)?,
                    used_at: Micros(row.get(rows::PROFILE_COLUMNS)?),
                    id: SessionId(row.get(rows::PROFILE_COLUMNS + 1)?),
                    confirmed_at: row
                        .get::<_, Option<i64>>(rows::PROFILE_COLUMNS + 2)?
                        .map(Micros),
                    only_room: rows::only_room(row, rows::PROFILE_COLUMNS + 3)?,
                })
            },
        )
        .optional()?;
    Ok(session)
}
