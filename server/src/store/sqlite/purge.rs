//! Erasing what removed rooms held, a little at a time.
//!
//! A room's removal takes effect at once; its messages are erased while the writer
//! has nothing else to do, in transactions so small that no one waits for one.

use rusqlite::Connection;

/// Messages erased in one transaction.
const STEP: usize = 500;

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
