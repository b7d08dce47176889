//! The tables that are swept without walking along their keys.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use shared::id::Micros;

use super::progress::{Progress, STEP_ROWS, Swept};
use crate::store::sqlite::days::days_before;

/// Epochs that are kept. A client from an older one gets everything again.
const MAX_EPOCHS: i64 = 500;
/// How long the row of a removed room is kept.
const TOMBSTONE_DAYS: i64 = 30;
/// How long an invite is kept after its end, and how many are kept besides those that are open.
const INVITE_DAYS: i64 = 30;
const MAX_ENDED_INVITES: i64 = 10_000;
/// How long somebody who asks for an account is waited for.
const APPLICATION_DAYS: i64 = 30;
/// How long it is known from which address something was written, and of how many addresses.
const ADDRESS_DAYS: i64 = 30;
const MAX_ADDRESSES: i64 = 100_000;

/// Read marks in removed rooms, some of them. A `CROSS JOIN` begins with the rooms; otherwise
/// SQLite would go through all read marks to have them in this order.
const MARKS_OF_REMOVED_ROOMS: &str =
    "SELECT m.user, m.room FROM rooms r INDEXED BY rooms_removed CROSS JOIN read_marks m ON m.room = r.id
     WHERE r.removed_at IS NOT NULL ORDER BY r.removed_at, r.id, m.user LIMIT ?1";

/// The same for memberships, in rooms that were removed before a moment.
const MEMBERSHIPS_OF_REMOVED_ROOMS: &str =
    "SELECT m.user, m.room FROM rooms r INDEXED BY rooms_removed CROSS JOIN memberships m ON m.room = r.id
     WHERE r.removed_at < ?2 ORDER BY r.removed_at, r.id, m.user LIMIT ?1";

/// The same for epoch starts.
const EPOCHS_OF_REMOVED_ROOMS: &str =
    "SELECT e.kind, e.stream, e.epoch FROM rooms r INDEXED BY rooms_removed
     CROSS JOIN epoch_starts e ON e.kind = 1 AND e.stream = r.id
     WHERE r.removed_at IS NOT NULL LIMIT ?1";

/// Read marks in removed rooms. The last revisions of the people's streams are kept.
pub fn read_marks(connection: &Connection) -> rusqlite::Result<Progress> {
    let parameters = params![STEP_ROWS];
    connection
        .prepare_cached(&format!(
            "UPDATE users SET stream_floor = max(stream_floor,
               coalesce((SELECT max(rev) FROM read_marks WHERE user = users.id), 0))
             WHERE id IN (SELECT user FROM ({MARKS_OF_REMOVED_ROOMS}))"
        ))?
        .execute(parameters)?;
    let taken = connection
        .prepare_cached(&format!(
            "DELETE FROM read_marks WHERE (user, room) IN ({MARKS_OF_REMOVED_ROOMS})"
        ))?
        .execute(parameters)?;
    Ok(Progress::by_count(taken))
}

/// What deleted people have left besides what they wrote: how far they have read, and the answers
/// to their commands. Returns how many rows. Nobody subscribes to their own streams any more.
pub fn of_deleted_people(
    connection: &Connection,
    after: &Value,
    upto: Option<&Value>,
) -> rusqlite::Result<usize> {
    let mut taken = 0;
    for column in ["read_marks WHERE user", "receipts WHERE author"] {
        taken += connection
            .prepare_cached(&format!(
                "DELETE FROM {column} IN
                 (SELECT id FROM users WHERE id > ?1 AND id <= ?2 AND removed_at IS NOT NULL)"
            ))?
            .execute(params![after, upto])?;
    }
    Ok(taken)
}

/// Memberships in rooms that were removed long ago: until then, who was a member is told that
/// the room was removed. The last revisions of the people's streams are kept.
pub fn memberships(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let parameters = params![STEP_ROWS, days_before(now, TOMBSTONE_DAYS)];
    connection
        .prepare_cached(&format!(
            "UPDATE users SET stream_floor = max(stream_floor,
               coalesce((SELECT max(own_rev) FROM memberships WHERE user = users.id), 0))
             WHERE id IN (SELECT user FROM ({MEMBERSHIPS_OF_REMOVED_ROOMS}))"
        ))?
        .execute(parameters)?;
    let taken = connection
        .prepare_cached(&format!(
            "DELETE FROM memberships WHERE (user, room) IN ({MEMBERSHIPS_OF_REMOVED_ROOMS})"
        ))?
        .execute(parameters)?;
    Ok(Progress::by_count(taken))
}

/// The epoch starts of removed rooms, which nobody can subscribe to any more.
pub fn room_epochs(connection: &Connection) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(&format!(
            "DELETE FROM epoch_starts WHERE (kind, stream, epoch) IN ({EPOCHS_OF_REMOVED_ROOMS})"
        ))?
        .execute([STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Rooms that were removed long ago and have no rows left in other tables. A client that does
/// not know of the removal gets the whole directory again.
pub fn rooms(
    connection: &Connection,
    now: Micros,
    swept: &mut Swept,
) -> rusqlite::Result<Progress> {
    let gone = connection
        .prepare_cached(
            "DELETE FROM rooms WHERE id IN
             (SELECT id FROM rooms WHERE removed_at < ?1
              AND NOT EXISTS (SELECT 1 FROM messages WHERE room = rooms.id)
              AND NOT EXISTS (SELECT 1 FROM read_marks WHERE room = rooms.id)
              AND NOT EXISTS (SELECT 1 FROM memberships WHERE room = rooms.id) LIMIT ?2)
             RETURNING directory_rev, id",
        )?
        .query_map(
            params![days_before(now, TOMBSTONE_DAYS), STEP_ROWS],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    for (_, room) in &gone {
        connection
            .prepare_cached("DELETE FROM invite_rooms WHERE room = ?1")?
            .execute([room])?;
    }
    if let Some((last, _)) = gone.iter().max() {
        connection
            .prepare_cached("UPDATE directory SET floor = max(floor, ?1)")?
            .execute([last])?;
        swept.affects_heads = true;
    }
    Ok(Progress::by_count(gone.len()))
}

/// The oldest epochs. A client from one of them is treated as one of a lost past.
pub fn epochs(connection: &Connection) -> rusqlite::Result<Progress> {
    let oldest: Option<i64> = connection
        .prepare_cached("SELECT ordinal FROM epochs ORDER BY ordinal DESC LIMIT 1 OFFSET ?1")?
        .query_row([MAX_EPOCHS], |row| row.get(0))
        .optional()?;
    let Some(oldest) = oldest else {
        return Ok(Progress::Done);
    };
    let taken = connection
        .prepare_cached(
            "DELETE FROM epoch_starts WHERE (kind, stream, epoch) IN
             (SELECT kind, stream, epoch FROM epoch_starts WHERE epoch <= ?1 LIMIT ?2)",
        )?
        .execute(params![oldest, STEP_ROWS])?;
    if let more @ Progress::More(_) = Progress::by_count(taken) {
        return Ok(more);
    }
    connection
        .prepare_cached("DELETE FROM epochs WHERE ordinal <= ?1")?
        .execute([oldest])?;
    Ok(Progress::Done)
}

/// Addresses that were not used lately, and the oldest above the limit.
pub fn addresses(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM addresses WHERE id IN
             (SELECT id FROM addresses WHERE used_at < ?1 ORDER BY used_at LIMIT ?2)",
        )?
        .execute(params![days_before(now, ADDRESS_DAYS), STEP_ROWS])?;
    let above = connection
        .prepare_cached(
            "DELETE FROM addresses WHERE id IN
             (SELECT id FROM addresses ORDER BY used_at
              LIMIT min(?2, max(0, (SELECT count(*) FROM addresses) - ?1)))",
        )?
        .execute(params![MAX_ADDRESSES, STEP_ROWS])?;
    Ok(Progress::by_count(taken.max(above)))
}

/// Blocks that have ended.
pub fn blocks(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM blocks WHERE network IN
             (SELECT network FROM blocks WHERE until < ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Invites that ended long ago, in whatever way, and the oldest above the limit.
pub fn invites(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let has_ended = "(revoked_at IS NOT NULL OR spent_at IS NOT NULL OR expires_at <= ?1)";
    let limit = format!(
        "min(?3, max(0, (SELECT count(*) FROM invites WHERE {has_ended}) - {MAX_ENDED_INVITES}))"
    );
    let parameters = params![now.0, days_before(now, INVITE_DAYS), STEP_ROWS];
    let gone = connection
        .prepare_cached(&format!(
            "DELETE FROM invites WHERE id IN
             (SELECT id FROM invites
              WHERE revoked_at < ?2 OR spent_at < ?2 OR expires_at < ?2 LIMIT ?3)
             OR id IN (SELECT id FROM invites WHERE {has_ended} ORDER BY id LIMIT {limit})
             RETURNING id"
        ))?
        .query_map(parameters, |row| row.get::<_, i64>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for invite in &gone {
        connection
            .prepare_cached("DELETE FROM invite_rooms WHERE invite = ?1")?
            .execute([invite])?;
    }
    Ok(Progress::by_count(gone.len()))
}

/// Links that have ended.
pub fn links(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM links WHERE token_hash IN
             (SELECT token_hash FROM links WHERE expires_at < ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Statuses that have ended. Everybody has hidden them by themselves, so nothing is published.
pub fn statuses(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "UPDATE users SET status_emoji = NULL, status_text = NULL, status_until = NULL
             WHERE id IN (SELECT id FROM users WHERE status_until <= ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Applications about which nobody has decided for long.
pub fn applications(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM applications WHERE id IN
             (SELECT id FROM applications WHERE created_at < ?1 LIMIT ?2)",
        )?
        .execute(params![days_before(now, APPLICATION_DAYS), STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Entries of the audit log that are old enough. Nothing else ends one.
pub fn audit(
    connection: &Connection,
    now: Micros,
    days: Option<u32>,
) -> rusqlite::Result<Progress> {
    let Some(days) = days else {
        return Ok(Progress::Done);
    };
    let taken = connection
        .prepare_cached(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT ?2)",
        )?
        .execute(params![days_before(now, i64::from(days)), STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::test_store::plan;

    /// A step must not go through a table that grows with people and rooms together.
    #[test]
    fn what_removed_rooms_have_left_is_found_by_these_rooms() {
        for sql in [
            MARKS_OF_REMOVED_ROOMS,
            MEMBERSHIPS_OF_REMOVED_ROOMS,
            EPOCHS_OF_REMOVED_ROOMS,
        ] {
            let plan = plan(&sql.replace("?1", "500").replace("?2", "1"));
            let [rooms, rows] = &plan[..] else {
                panic!("more than two steps: {plan:?}");
            };
            assert!(rooms.contains("INDEX rooms_removed"), "{plan:?}");
            assert!(rows.starts_with("SEARCH"), "{plan:?}");
        }
    }
}
