//! Erasing what was taken away, while the writer has nothing else to do.
//!
//! A room's removal takes effect at once; its messages are erased afterwards, in
//! transactions so small that no one waits for one. SQLite overwrites deleted text in
//! the file (`secure_delete`), but its log keeps what the file held before.

use std::time::Duration;

use rusqlite::Connection;

/// Messages erased in one transaction.
const STEP: usize = 500;
/// How long commands may have to wait for the log to be emptied.
const PATIENCE: Duration = Duration::from_millis(10);

/// Erases one step's worth; returns whether anything is left.
pub fn step(connection: &Connection) -> rusqlite::Result<bool> {
    let erased = connection
        .prepare_cached(
            "DELETE FROM messages WHERE id IN (
               SELECT m.id FROM rooms r JOIN messages m ON m.room = r.id
               WHERE r.removed_at IS NOT NULL LIMIT ?1)",
        )?
        .execute([STEP])?;
    Ok(erased == STEP)
}

/// Brings the log into the file and empties it: what it said before is gone. Returns
/// whether it is; a reader in the middle of something is waited for only briefly.
pub fn scrub(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(Duration::ZERO)?;
    busy.map(|busy: bool| !busy)
}
