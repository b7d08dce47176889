//! Deletes rows that nobody needs any more: expired sessions, old receipts, and what removed
//! rooms and guests who never posted have left.
//!
//! It goes through the tables once in a [`ROUND_INTERVAL`], each along its key, in steps so
//! small that no command waits long for one.

mod mails;
mod progress;
mod tables;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use shared::id::{Micros, RoomId};
use shared::limits::{RECEIPT_DAYS, SESSION_DAYS, SESSION_IDLE_DAYS};

use super::days::days_before;
use super::rows;
pub use progress::Swept;
use progress::{Progress, STEP_ROWS};

/// The time between two rounds, in microseconds: an hour by the store's clock.
const ROUND_INTERVAL: i64 = 60 * 60 * 1_000_000;
/// The time between two looks for statuses that have ended, in microseconds: answers have them
/// until then.
const STATUS_INTERVAL: i64 = 60 * 1_000_000;
/// The time between two steps while commands wait.
const STEP_INTERVAL: Duration = Duration::from_millis(250);
/// How long a guest is kept who never posted and has no session.
const GUEST_DAYS: i64 = 1;
/// How long a direct conversation is kept in which nobody writes.
const UNWRITTEN_DAYS: i64 = 7;
/// How long it is kept that somebody was deleted who never posted.
const DELETED_DAYS: i64 = 30;

/// The tables, in the order in which they are swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Sessions,
    Receipts,
    Directs,
    ReadMarks,
    Memberships,
    RoomEpochs,
    Rooms,
    Users,
    Epochs,
    Addresses,
    Blocks,
    Invites,
    Links,
    Applications,
    Statuses,
    Mails,
    MailAddresses,
    Audit,
}

impl Table {
    fn next(self) -> Option<Table> {
        Some(match self {
            Table::Sessions => Table::Receipts,
            Table::Receipts => Table::Directs,
            Table::Directs => Table::ReadMarks,
            Table::ReadMarks => Table::Memberships,
            Table::Memberships => Table::RoomEpochs,
            Table::RoomEpochs => Table::Rooms,
            Table::Rooms => Table::Users,
            Table::Users => Table::Epochs,
            Table::Epochs => Table::Addresses,
            Table::Addresses => Table::Blocks,
            Table::Blocks => Table::Invites,
            Table::Invites => Table::Links,
            Table::Links => Table::Applications,
            Table::Applications => Table::Statuses,
            Table::Statuses => Table::Mails,
            Table::Mails => Table::MailAddresses,
            Table::MailAddresses => Table::Audit,
            Table::Audit => return None,
        })
    }
}

/// How far the sweeper has come.
#[derive(Debug)]
pub struct Sweeper {
    // None between two rounds.
    table: Option<Table>,
    // The next step begins after this key; none: at the table's start.
    after_key: Option<Value>,
    // Whether the round goes through all tables, or is a look for statuses alone.
    is_whole: bool,
    // By the store's clock, which may be set back.
    next_round: Micros,
    next_statuses: Micros,
    next_step: Instant,
    // How long entries of the audit log are kept; none: as long as the store.
    audit_days: Option<u32>,
}

impl Sweeper {
    /// The first round begins at once. Entries of the audit log are kept for `audit_days`, or as long
    /// as the store.
    pub fn new(audit_days: Option<u32>) -> Self {
        Sweeper {
            audit_days,
            table: None,
            after_key: None,
            is_whole: false,
            next_round: Micros(0),
            next_statuses: Micros(0),
            next_step: Instant::now(),
        }
    }

    /// Whether a step should be made now; `is_idle` says that no command waits.
    pub fn is_due(&self, is_idle: bool, now: Micros) -> bool {
        match self.table {
            Some(_) => is_idle || Instant::now() >= self.next_step,
            None => self.is_round_due(now) || is_past(self.next_statuses, STATUS_INTERVAL, now),
        }
    }

    fn is_round_due(&self, now: Micros) -> bool {
        is_past(self.next_round, ROUND_INTERVAL, now)
    }

    /// Makes one step, in a transaction of its own. The caller then calls [`Sweeper::advance`].
    /// Foreign keys are not checked meanwhile: some have no index, so that each check would scan
    /// a table. The conditions in the statements ensure the same.
    ///
    /// # Errors
    /// SQLite's.
    pub fn step(&self, connection: &Connection, now: Micros) -> rusqlite::Result<(Swept, StepEnd)> {
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

    fn sweep(&self, connection: &Connection, now: Micros) -> rusqlite::Result<(Swept, StepEnd)> {
        let table = match self.table {
            Some(table) => table,
            None if self.is_round_due(now) => Table::Sessions,
            None => Table::Statuses,
        };
        let mut swept = Swept::default();
        let end = match table {
            Table::Sessions => self.sessions(connection, now, &mut swept)?,
            Table::Receipts => self.receipts(connection, now)?,
            Table::Directs => self.directs(connection, now, &mut swept)?,
            Table::ReadMarks => tables::read_marks(connection)?,
            Table::Memberships => tables::memberships(connection, now)?,
            Table::RoomEpochs => tables::room_epochs(connection)?,
            Table::Rooms => tables::rooms(connection, now, &mut swept)?,
            Table::Users => self.users(connection, now, &mut swept)?,
            Table::Epochs => tables::epochs(connection)?,
            Table::Addresses => tables::addresses(connection, now)?,
            Table::Blocks => tables::blocks(connection, now)?,
            Table::Invites => tables::invites(connection, now)?,
            Table::Links => tables::links(connection, now)?,
            Table::Statuses => tables::statuses(connection, now)?,
            Table::Applications => tables::applications(connection, now)?,
            Table::Mails => mails::mails(connection, now)?,
            Table::MailAddresses => mails::addresses(connection, now)?,
            Table::Audit => tables::audit(connection, now, self.audit_days)?,
        };
        Ok((
            swept,
            StepEnd {
                table,
                progress: end,
            },
        ))
    }

    /// Records how far a committed step has come. Returns whether a round through all tables ends
    /// with it.
    pub fn advance(&mut self, end: StepEnd, now: Micros) -> bool {
        self.next_step = Instant::now() + STEP_INTERVAL;
        (self.table, self.after_key) = match end.progress {
            Progress::More(key) => (Some(end.table), key),
            Progress::Done => (end.table.next(), None),
        };
        self.is_whole |= end.table == Table::Sessions;
        if self.table.is_some() {
            return false;
        }
        self.next_statuses = Micros(now.0 + STATUS_INTERVAL);
        if self.is_whole {
            self.next_round = Micros(now.0 + ROUND_INTERVAL);
        }
        std::mem::take(&mut self.is_whole)
    }

    /// Waits for the next round, because the store fails.
    pub fn give_up(&mut self, now: Micros) {
        self.table = None;
        self.is_whole = false;
        self.next_round = Micros(now.0 + ROUND_INTERVAL);
        self.next_statuses = Micros(now.0 + STATUS_INTERVAL);
    }

    fn sessions(
        &self,
        connection: &Connection,
        now: Micros,
        swept: &mut Swept,
    ) -> rusqlite::Result<Progress> {
        let (after, upto) = self.next_rows(connection, "sessions", "token_hash")?;
        let ended = connection
            .prepare_cached(
                "DELETE FROM sessions WHERE token_hash > ?1 AND token_hash <= ?2
                 AND (used_at < ?3 OR created_at < ?4) RETURNING token_hash",
            )?
            .query_map(
                params![
                    after,
                    upto,
                    days_before(now, SESSION_IDLE_DAYS),
                    days_before(now, SESSION_DAYS)
                ],
                |row| row.get(0),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        swept.ended_sessions = ended;
        Ok(Progress::upto(upto))
    }

    fn receipts(&self, connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
        let (after, upto) = self.next_rows(connection, "receipts", "client_id")?;
        connection
            .prepare_cached(
                "DELETE FROM receipts WHERE client_id > ?1 AND client_id <= ?2 AND at < ?3",
            )?
            .execute(params![after, upto, days_before(now, RECEIPT_DAYS)])?;
        Ok(Progress::upto(upto))
    }

    /// Direct conversations that nobody has written in, and those without any people left.
    fn directs(
        &self,
        connection: &Connection,
        now: Micros,
        swept: &mut Swept,
    ) -> rusqlite::Result<Progress> {
        let (after, upto) = self.next_rows(connection, "rooms", "id")?;
        swept.unused_directs = connection
            .prepare_cached(
                "SELECT id FROM rooms WHERE id > ?1 AND id <= ?2 AND kind = 2 AND removed_at IS NULL
                 AND ((created_at < ?3 AND NOT EXISTS (SELECT 1 FROM messages WHERE room = rooms.id))
                   OR NOT EXISTS (SELECT 1 FROM memberships
                     WHERE room = rooms.id AND left_at IS NULL))",
            )?
            .query_map(params![after, upto, days_before(now, UNWRITTEN_DAYS)], |row| {
                Ok(RoomId(row.get(0)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Progress::upto(upto))
    }

    /// Guests who never posted, created no room and have no session; who was deleted is one of
    /// them after a time in which clients hear of it. The last revisions of the rooms of which
    /// they were members are kept.
    fn users(
        &self,
        connection: &Connection,
        now: Micros,
        swept: &mut Swept,
    ) -> rusqlite::Result<Progress> {
        let (after, upto) = self.next_rows(connection, "users", "id")?;
        let gone = connection
            .prepare_cached(
                "DELETE FROM users WHERE id > ?1 AND id <= ?2 AND kind = ?3 AND has_posted = 0
                 AND created_at < ?4 AND (removed_at IS NULL OR removed_at < ?5)
                 AND NOT EXISTS (SELECT 1 FROM invites WHERE created_by = users.id)
                 AND NOT EXISTS (SELECT 1 FROM sessions WHERE user = users.id)
                 AND NOT EXISTS (SELECT 1 FROM links WHERE user = users.id)
                 AND NOT EXISTS (SELECT 1 FROM rooms WHERE created_by = users.id)
                 RETURNING id",
            )?
            .query_map(
                params![
                    after,
                    upto,
                    rows::GUEST,
                    days_before(now, GUEST_DAYS),
                    days_before(now, DELETED_DAYS)
                ],
                |row| row.get::<_, i64>(0),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for user in &gone {
            for statement in [
                "DELETE FROM read_marks WHERE user = ?1",
                "UPDATE rooms SET rev_floor = max(rev_floor,
                   (SELECT rev FROM memberships WHERE room = rooms.id AND user = ?1))
                 WHERE id IN (SELECT room FROM memberships WHERE user = ?1)",
                "DELETE FROM memberships WHERE user = ?1",
                "DELETE FROM sidebars WHERE user = ?1",
                "DELETE FROM receipts WHERE author = ?1",
                "DELETE FROM epoch_starts WHERE kind = 2 AND stream = ?1",
            ] {
                connection.prepare_cached(statement)?.execute([user])?;
            }
        }
        let left = tables::of_deleted_people(connection, &after, upto.as_ref())?;
        swept.affects_heads |= !gone.is_empty() || left > 0;
        Ok(Progress::upto(upto))
    }

    /// The next rows of a table: after the first key, and up to the second.
    fn next_rows(
        &self,
        connection: &Connection,
        table: &str,
        key: &str,
    ) -> rusqlite::Result<(Value, Option<Value>)> {
        let after = self.after_key.clone().unwrap_or_else(|| match key {
            "id" => Value::Integer(i64::MIN),
            _ => Value::Blob(Vec::new()),
        });
        let upto = connection
            .prepare_cached(&format!(
                "SELECT max(k) FROM
                 (SELECT {key} AS k FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2)"
            ))?
            .query_row(params![after, STEP_ROWS], |row| row.get(0))?;
        Ok((after, upto))
    }
}

/// Whether a moment has come; also if it is further away than it can be, after the clock was set
/// back.
fn is_past(moment: Micros, interval: i64, now: Micros) -> bool {
    now >= moment || moment.0 - now.0 > interval
}

/// How far one step has come.
#[derive(Debug)]
pub struct StepEnd {
    table: Table,
    progress: Progress,
}
