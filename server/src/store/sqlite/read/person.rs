//! What belongs to one person: the own stream and sessions.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::frame::Stream;
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::limits::{SESSION_DAYS, SESSION_IDLE_DAYS};
use shared::model::ReadMark;

use super::pool::QueryError;
use crate::store::sqlite::days::days_before;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;
use crate::store::{ResumePoint, Session, TokenHash};

/// A person's read marks that changed.
///
/// # Errors
/// SQLite's.
pub fn stream(
    snapshot: &Transaction<'_>,
    user: UserId,
    known: ResumePoint,
    limit: usize,
) -> Result<Stream, QueryError> {
    let head = snapshot
        .prepare_cached("SELECT stream_rev FROM users_now WHERE id = ?1")?
        .query_row([user.0], |row| row.get(0))
        .optional()?
        .map_or(Rev::ZERO, Rev);
    let from = if epoch::is_known(snapshot, StreamKind::User, user.0, known, head)? {
        known.rev
    } else {
        Rev::ZERO
    };
    let marks = snapshot
        .prepare_cached(
            "SELECT room, seq, rev FROM read_marks WHERE user = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3",
        )?
        .query_map(params![user.0, from.0, limit], |row| {
            Ok(ReadMark {
                room: RoomId(row.get(0)?),
                seq: Seq(row.get(1)?),
                rev: Rev(row.get(2)?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let through = match marks.last() {
        Some(last) if marks.len() == limit => last.rev,
        _ => head,
    };
    Ok(Stream {
        from,
        through,
        head: Some(head),
        marks,
    })
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
        .prepare_cached(
            "SELECT u.id, u.name, u.directory_rev, u.kind, s.used_at
             FROM sessions s JOIN users u ON u.id = s.user
             WHERE s.token_hash = ?1 AND u.removed_at IS NULL
             AND s.used_at >= ?2 AND s.created_at >= ?3",
        )?
        .query_row(
            params![
                token.as_slice(),
                days_before(now, SESSION_IDLE_DAYS),
                days_before(now, SESSION_DAYS)
            ],
            |row| {
                Ok(Session {
                    person: rows::profile(row)?,
                    used_at: Micros(row.get(4)?),
                })
            },
        )
        .optional()?;
    Ok(session)
}
