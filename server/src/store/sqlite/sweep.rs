//! What no one needs any more is taken out of the store, in steps so small that no one
//! waits for one: sessions that have ended, answers that are too old to be asked for, what
//! removed rooms and guests without a word have left behind.
//!
//! Each table is walked along its key, a slice in each step, once in a [`ROUND`].

use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use shared::id::Micros;
use shared::limits::{RECEIPT_DAYS, SESSION_DAYS, SESSION_IDLE_DAYS};

use super::rows;
use crate::store::TokenHash;

/// Between two rounds, in microseconds: an hour by the store's clock.
const ROUND: i64 = 60 * 60 * 1_000_000;
/// Between two steps, while there are commands to carry out.
const BESIDE: Duration = Duration::from_millis(250);
/// Rows that one step looks at.
const SLICE: i64 = 500;
/// Starts of the server that are remembered: who comes back after more begins anew.
const EPOCHS: i64 = 500;
/// A room's tombstone stands for so long.
const TOMBSTONE_DAYS: i64 = 30;
/// For so long it is known from where something was written, and from how many addresses.
const ADDRESS_DAYS: i64 = 30;
const ADDRESSES: i64 = 100_000;
/// A guest who never wrote and has no session is remembered for so long.
const GUEST_DAYS: i64 = 1;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// What is swept, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Sessions,
    Receipts,
    ReadMarks,
    RoomEpochs,
    Rooms,
    Users,
    Epochs,
    Addresses,
    Blocks,
}

impl Table {
    fn next(self) -> Option<Table> {
        Some(match self {
            Table::Sessions => Table::Receipts,
            Table::Receipts => Table::ReadMarks,
            Table::ReadMarks => Table::RoomEpochs,
            Table::RoomEpochs => Table::Rooms,
            Table::Rooms => Table::Users,
            Table::Users => Table::Epochs,
            Table::Epochs => Table::Addresses,
            Table::Addresses => Table::Blocks,
            Table::Blocks => return None,
        })
    }
}

/// Where the sweeper stands.
#[derive(Debug)]
pub struct Sweeper {
    // None between two rounds.
    table: Option<Table>,
    // The key behind which the next slice begins; none: at the table's beginning.
    behind: Option<Value>,
    // By a clock that may be set: when the last round ended, too.
    next_round: Micros,
    next_step: Instant,
}

/// What one step has done.
#[derive(Debug, Default)]
pub struct Swept {
    /// Sessions that have ended.
    pub ended: Vec<TokenHash>,
    /// Whether people or rooms are gone, of whom the writer may hold something in memory.
    pub has_forgotten: bool,
}

impl Sweeper {
    /// The first round begins at once.
    pub fn new() -> Self {
        Sweeper {
            table: None,
            behind: None,
            next_round: Micros(0),
            next_step: Instant::now(),
        }
    }

    /// Whether there is something to do at the moment, with commands waiting or not.
    pub fn is_due(&self, is_idle: bool, now: Micros) -> bool {
        match self.table {
            Some(_) => is_idle || Instant::now() >= self.next_step,
            // A clock that was set back does not put it off.
            None => now >= self.next_round || self.next_round.0 - now.0 > ROUND,
        }
    }

    /// One step, in a transaction of its own. Afterwards, [`Sweeper::advance`]. Foreign keys
    /// are not checked meanwhile: some have no index to be found by, and the conditions here
    /// stand for them.
    ///
    /// # Errors
    /// SQLite's.
    pub fn step(&self, connection: &Connection, now: Micros) -> rusqlite::Result<(Swept, End)> {
        connection.pragma_update(None, "foreign_keys", false)?;
        let swept = connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| self.sweep(connection, now))
            .and_then(|swept| connection.execute_batch("COMMIT").map(|()| swept));
        if swept.is_err() && !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        connection.pragma_update(None, "foreign_keys", true)?;
        swept
    }

    fn sweep(&self, connection: &Connection, now: Micros) -> rusqlite::Result<(Swept, End)> {
        let table = self.table.unwrap_or(Table::Sessions);
        let mut swept = Swept::default();
        let end = match table {
            Table::Sessions => self.sessions(connection, now, &mut swept)?,
            Table::Receipts => self.receipts(connection, now)?,
            Table::ReadMarks => read_marks(connection)?,
            Table::RoomEpochs => room_epochs(connection)?,
            Table::Rooms => rooms(connection, now, &mut swept)?,
            Table::Users => self.users(connection, now, &mut swept)?,
            Table::Epochs => epochs(connection)?,
            Table::Addresses => addresses(connection, now)?,
            Table::Blocks => blocks(connection, now)?,
        };
        Ok((swept, End { table, behind: end }))
    }

    /// Notes how far a step has come, once it is committed.
    pub fn advance(&mut self, end: End, now: Micros) {
        self.next_step = Instant::now() + BESIDE;
        (self.table, self.behind) = match end.behind {
            Slice::More(key) => (Some(end.table), key),
            Slice::Last => (end.table.next(), None),
        };
        if self.table.is_none() {
            self.next_round = Micros(now.0 + ROUND);
        }
    }

    /// Gives up for now: the store fails.
    pub fn give_up(&mut self, now: Micros) {
        self.table = None;
        self.next_round = Micros(now.0 + ROUND);
    }

    fn sessions(
        &self,
        connection: &Connection,
        now: Micros,
        swept: &mut Swept,
    ) -> rusqlite::Result<Slice> {
        let (behind, upto) = self.slice(connection, "sessions", "token_hash")?;
        let ended = connection
            .prepare_cached(
                "DELETE FROM sessions WHERE token_hash > ?1 AND token_hash <= ?2
                 AND (used_at < ?3 OR created_at < ?4) RETURNING token_hash",
            )?
            .query_map(
                params![
                    behind,
                    upto,
                    before(now, SESSION_IDLE_DAYS),
                    before(now, SESSION_DAYS)
                ],
                |row| row.get(0),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        swept.ended = ended;
        Ok(Slice::upto(upto))
    }

    fn receipts(&self, connection: &Connection, now: Micros) -> rusqlite::Result<Slice> {
        let (behind, upto) = self.slice(connection, "receipts", "client_id")?;
        connection
            .prepare_cached(
                "DELETE FROM receipts WHERE client_id > ?1 AND client_id <= ?2 AND at < ?3",
            )?
            .execute(params![behind, upto, before(now, RECEIPT_DAYS)])?;
        Ok(Slice::upto(upto))
    }

    /// Guests who never wrote, made nothing and have no session.
    fn users(
        &self,
        connection: &Connection,
        now: Micros,
        swept: &mut Swept,
    ) -> rusqlite::Result<Slice> {
        let (behind, upto) = self.slice(connection, "users", "id")?;
        let gone = connection
            .prepare_cached(
                "DELETE FROM users WHERE id > ?1 AND id <= ?2 AND kind = ?3 AND has_posted = 0
                 AND created_at < ?4
                 AND NOT EXISTS (SELECT 1 FROM sessions WHERE user = users.id)
                 AND NOT EXISTS (SELECT 1 FROM rooms WHERE created_by = users.id)
                 RETURNING id",
            )?
            .query_map(
                params![behind, upto, rows::GUEST, before(now, GUEST_DAYS)],
                |row| row.get::<_, i64>(0),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for user in &gone {
            for statement in [
                "DELETE FROM read_marks WHERE user = ?1",
                "DELETE FROM receipts WHERE author = ?1",
                "DELETE FROM epoch_starts WHERE kind = 2 AND stream = ?1",
            ] {
                connection.prepare_cached(statement)?.execute([user])?;
            }
        }
        swept.has_forgotten |= !gone.is_empty();
        Ok(Slice::upto(upto))
    }

    /// The next slice of a table, as the keys that it lies between.
    fn slice(
        &self,
        connection: &Connection,
        table: &str,
        key: &str,
    ) -> rusqlite::Result<(Value, Option<Value>)> {
        let behind = self.behind.clone().unwrap_or_else(|| match key {
            "id" => Value::Integer(i64::MIN),
            _ => Value::Blob(Vec::new()),
        });
        let upto = connection
            .prepare_cached(&format!(
                "SELECT max(k) FROM
                 (SELECT {key} AS k FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2)"
            ))?
            .query_row(params![behind, SLICE], |row| row.get(0))?;
        Ok((behind, upto))
    }
}

/// How far one step has come.
#[derive(Debug)]
pub struct End {
    table: Table,
    behind: Slice,
}

#[derive(Debug)]
enum Slice {
    /// More follows, behind this key where the table is walked.
    More(Option<Value>),
    /// That was all.
    Last,
}

impl Slice {
    fn upto(key: Option<Value>) -> Self {
        match key {
            Some(key) => Slice::More(Some(key)),
            None => Slice::Last,
        }
    }

    /// For a table of which one step takes so many rows that were found by an index.
    fn of(taken: usize) -> Self {
        if i64::try_from(taken).unwrap_or(i64::MAX) < SLICE {
            Slice::Last
        } else {
            Slice::More(None)
        }
    }
}

fn before(now: Micros, days: i64) -> i64 {
    now.0.saturating_sub(days * DAY)
}

/// Marks in rooms that were removed. How far their people's streams have come is kept.
fn read_marks(connection: &Connection) -> rusqlite::Result<Slice> {
    let in_removed = "SELECT m.user FROM rooms r JOIN read_marks m ON m.room = r.id
                      WHERE r.removed_at IS NOT NULL ORDER BY m.room, m.user LIMIT ?1";
    connection
        .prepare_cached(&format!(
            "UPDATE users SET stream_floor = max(stream_floor,
               coalesce((SELECT max(rev) FROM read_marks WHERE user = users.id), 0))
             WHERE id IN ({in_removed})"
        ))?
        .execute([SLICE])?;
    let taken = connection
        .prepare_cached(
            "DELETE FROM read_marks WHERE (user, room) IN
             (SELECT m.user, m.room FROM rooms r JOIN read_marks m ON m.room = r.id
              WHERE r.removed_at IS NOT NULL ORDER BY m.room, m.user LIMIT ?1)",
        )?
        .execute([SLICE])?;
    Ok(Slice::of(taken))
}

/// Where the epochs begin in rooms that were removed: nobody follows them any more.
fn room_epochs(connection: &Connection) -> rusqlite::Result<Slice> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM epoch_starts WHERE (kind, stream, epoch) IN
             (SELECT e.kind, e.stream, e.epoch FROM rooms r
              JOIN epoch_starts e ON e.kind = 1 AND e.stream = r.id
              WHERE r.removed_at IS NOT NULL LIMIT ?1)",
        )?
        .execute([SLICE])?;
    Ok(Slice::of(taken))
}

/// Rooms that were removed long ago, and hold nothing. Who knows less of the directory than
/// their removal is told all of it anew.
fn rooms(connection: &Connection, now: Micros, swept: &mut Swept) -> rusqlite::Result<Slice> {
    let gone = connection
        .prepare_cached(
            "DELETE FROM rooms WHERE id IN
             (SELECT id FROM rooms WHERE removed_at < ?1
              AND NOT EXISTS (SELECT 1 FROM messages WHERE room = rooms.id)
              AND NOT EXISTS (SELECT 1 FROM read_marks WHERE room = rooms.id) LIMIT ?2)
             RETURNING directory_rev",
        )?
        .query_map(params![before(now, TOMBSTONE_DAYS), SLICE], |row| {
            row.get::<_, i64>(0)
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if let Some(last) = gone.iter().max() {
        connection
            .prepare_cached("UPDATE directory SET floor = max(floor, ?1)")?
            .execute([last])?;
        swept.has_forgotten = true;
    }
    Ok(Slice::of(gone.len()))
}

/// Starts of long ago. What a client saw in one that is gone is taken for another life's.
fn epochs(connection: &Connection) -> rusqlite::Result<Slice> {
    let oldest: Option<i64> = connection
        .prepare_cached("SELECT ordinal FROM epochs ORDER BY ordinal DESC LIMIT 1 OFFSET ?1")?
        .query_row([EPOCHS], |row| row.get(0))
        .optional()?;
    let Some(oldest) = oldest else {
        return Ok(Slice::Last);
    };
    let taken = connection
        .prepare_cached(
            "DELETE FROM epoch_starts WHERE (kind, stream, epoch) IN
             (SELECT kind, stream, epoch FROM epoch_starts WHERE epoch <= ?1 LIMIT ?2)",
        )?
        .execute(params![oldest, SLICE])?;
    if let more @ Slice::More(_) = Slice::of(taken) {
        return Ok(more);
    }
    connection
        .prepare_cached("DELETE FROM epochs WHERE ordinal <= ?1")?
        .execute([oldest])?;
    Ok(Slice::Last)
}

fn addresses(connection: &Connection, now: Micros) -> rusqlite::Result<Slice> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM addresses WHERE id IN
             (SELECT id FROM addresses WHERE used_at < ?1 ORDER BY used_at LIMIT ?2)",
        )?
        .execute(params![before(now, ADDRESS_DAYS), SLICE])?;
    let above = connection
        .prepare_cached(
            "DELETE FROM addresses WHERE id IN
             (SELECT id FROM addresses ORDER BY used_at
              LIMIT min(?2, max(0, (SELECT count(*) FROM addresses) - ?1)))",
        )?
        .execute(params![ADDRESSES, SLICE])?;
    Ok(Slice::of(taken.max(above)))
}

fn blocks(connection: &Connection, now: Micros) -> rusqlite::Result<Slice> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM blocks WHERE network IN
             (SELECT network FROM blocks WHERE until < ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, SLICE])?;
    Ok(Slice::of(taken))
}
