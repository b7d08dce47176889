//! Everything that is stored about a person, for the person alone.

use rusqlite::{OptionalExtension, Params, Row, Transaction, params};
use shared::id::{Micros, Rev, RoomId, Seq};

use super::pool::QueryError;
use super::visibility::IS_VISIBLE;
use crate::store::sqlite::rows;
use crate::store::sqlite::tables::network_address;
use crate::store::{
    OwnInvite, OwnMembership, OwnMessage, OwnMessages, OwnRecords, OwnRoom, Viewer,
};

/// Messages that one page looks at, because there is no index by author.
const PAGE_ROWS: i64 = 20_000;
/// A page ends with the message that reaches this many bytes of text.
const PAGE_BYTES: usize = 64 * 1024;

/// A room that is joined as `r`, and its name, if the room exists for the viewer `?2`.
fn room_columns(id: &str) -> String {
    format!("{id}, CASE WHEN r.removed_at IS NULL AND {IS_VISIBLE} THEN r.name END")
}

fn room(row: &Row<'_>) -> rusqlite::Result<OwnRoom> {
    Ok(OwnRoom {
        id: RoomId(row.get(0)?),
        name: row.get(1)?,
    })
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Micros>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Micros))
}

fn all<T>(
    snapshot: &Transaction<'_>,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    snapshot
        .prepare_cached(sql)?
        .query_map(parameters, read)?
        .collect()
}

/// What is stored besides the profile, sessions and messages. It is bounded: by the number of
/// rooms, and of invites.
///
/// # Errors
/// SQLite's.
pub fn records(snapshot: &Transaction<'_>, viewer: Viewer) -> Result<OwnRecords, QueryError> {
    let user = viewer.require_user()?.0;
    // The statements about rooms have the viewer as their second parameter.
    let both = params![user, user];
    let created_at = snapshot
        .prepare_cached("SELECT created_at FROM users WHERE id = ?1")?
        .query_row([user], |row| Ok(Micros(row.get(0)?)))
        .optional()?;
    let password_changed_at = snapshot
        .prepare_cached("SELECT changed_at FROM passwords WHERE user = ?1")?
        .query_row([user], |row| Ok(Micros(row.get(0)?)))
        .optional()?;
    let totp_since = snapshot
        .prepare_cached("SELECT confirmed_at FROM totp WHERE user = ?1")?
        .query_row([user], |row| Ok(Micros(row.get(0)?)))
        .optional()?;
    let passkeys = all(
        snapshot,
        "SELECT name, created_at, used_at FROM passkeys WHERE user = ?1 ORDER BY created_at",
        [user],
        |row| Ok((row.get(0)?, Micros(row.get(1)?), moment(row, 2)?)),
    )?;
    let identities = all(
        snapshot,
        "SELECT issuer, subject, name, linked_at FROM external_identities WHERE user = ?1
         ORDER BY linked_at",
        [user],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, Micros(row.get(3)?))),
    )?;
    let memberships = all(
        snapshot,
        &format!(
            "SELECT {}, m.role, m.joined_at, m.left_at FROM memberships m
             JOIN rooms r ON r.id = m.room WHERE m.user = ?1 ORDER BY m.room",
            room_columns("m.room")
        ),
        both,
        |row| {
            Ok(OwnMembership {
                room: room(row)?,
                role: rows::role(row.get(2)?),
                joined_at: Micros(row.get(3)?),
                left_at: moment(row, 4)?,
            })
        },
    )?;
    let read_marks = all(
        snapshot,
        &format!(
            "SELECT {}, k.seq FROM read_marks k JOIN rooms r ON r.id = k.room
             WHERE k.user = ?1 ORDER BY k.room",
            room_columns("k.room")
        ),
        both,
        |row| Ok((room(row)?, Seq(row.get(2)?))),
    )?;
    let sidebar = snapshot
        .prepare_cached("SELECT layout, rev FROM sidebars WHERE user = ?1")?
        .query_row([user], |row| {
            let layout: String = row.get(0)?;
            Ok(rows::sidebar(&layout, Rev(row.get(1)?)))
        })
        .optional()?;
    let created_rooms = all(
        snapshot,
        &format!(
            "SELECT {}, r.created_at FROM rooms r
             WHERE r.created_by = ?1 AND r.removed_at IS NULL ORDER BY r.id",
            room_columns("r.id")
        ),
        both,
        |row| Ok((room(row)?, Micros(row.get(2)?))),
    )?;
    let invites = all(
        snapshot,
        "SELECT role, created_at, expires_at, uses FROM invites WHERE created_by = ?1
         ORDER BY id",
        [user],
        |row| {
            Ok(OwnInvite {
                role: rows::person_role(row.get(0)?),
                created_at: Micros(row.get(1)?),
                expires_at: moment(row, 2)?,
                uses: row.get(3)?,
            })
        },
    )?;
    Ok(OwnRecords {
        created_at: created_at.unwrap_or_default(),
        password_changed_at,
        totp_since,
        passkeys,
        identities,
        memberships,
        read_marks,
        sidebar: sidebar.unwrap_or_default(),
        created_rooms,
        invites,
    })
}

/// The page of the viewer's messages that begins at `from`, which is 0 for the first.
///
/// # Errors
/// SQLite's.
pub fn messages(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    from: i64,
) -> Result<OwnMessages, QueryError> {
    let last: i64 = snapshot
        .prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?
        .query_row([], |row| row.get(0))?;
    let end = from.saturating_add(PAGE_ROWS);
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {}, m.seq, m.body, m.posted_at, m.edited_at, m.deleted_at, a.network, m.id
         FROM messages m JOIN rooms r ON r.id = m.room
         LEFT JOIN addresses a ON a.id = m.posted_from
         WHERE m.id >= ?1 AND m.id < ?3 AND m.author = ?2 AND m.event IS NULL
         ORDER BY m.id",
        room_columns("m.room")
    ))?;
    let mut found = statement.query(params![from, viewer.user_parameter(), end])?;
    let (mut messages, mut bytes) = (Vec::new(), 0);
    while let Some(row) = found.next()? {
        let message = OwnMessage {
            room: room(row)?,
            seq: Seq(row.get(2)?),
            body: row.get(3)?,
            posted_at: Micros(row.get(4)?),
            edited_at: moment(row, 5)?,
            deleted_at: moment(row, 6)?,
            address: row
                .get::<_, Option<Vec<u8>>>(7)?
                .and_then(|bytes| network_address(&bytes))
                .map(|address| address.to_string()),
        };
        bytes += message.body.len();
        messages.push(message);
        if bytes >= PAGE_BYTES {
            let next = Some(row.get::<_, i64>(8)? + 1);
            return Ok(OwnMessages { messages, next });
        }
    }
    let next = (end <= last).then_some(end);
    Ok(OwnMessages { messages, next })
}
