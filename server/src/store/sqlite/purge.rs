//! Erases deleted text while the writer is idle.
//!
//! A room's removal takes effect at once. Its messages are erased afterwards, in transactions
//! so small that no command waits long for one. SQLite overwrites deleted text in the file
//! (`secure_delete`), but the write-ahead log still has the former pages until it is truncated.

use std::time::Duration;

use rusqlite::{Connection, Row, params};
use shared::id::Micros;
use shared::limits::RECEIPT_DAYS;

use super::days::days_before;

/// Messages that one transaction erases.
const STEP_ROWS: usize = 500;
/// How long the truncation of the log may wait for readers; commands wait as long.
const READER_WAIT: Duration = Duration::from_millis(10);

/// Messages of removed rooms, some of them. A `CROSS JOIN` begins with the rooms; otherwise SQLite
/// would go through all messages.
const MESSAGES_OF_REMOVED_ROOMS: &str = "SELECT m.id FROM rooms r
     CROSS JOIN messages m ON m.room = r.id WHERE r.removed_at IS NOT NULL LIMIT ?1";

/// Erases some messages of removed rooms. Returns whether more may be left.
///
/// The row of a message is also the receipt of its post. An erased message leaves a receipt, so
/// that a client that retries the post still gets its acknowledgement.
pub fn erase_removed_messages(connection: &mut Connection, now: Micros) -> rusqlite::Result<bool> {
    let transaction = connection.transaction()?;
    let erased = {
        let mut erase = transaction.prepare_cached(&format!(
            "DELETE FROM messages WHERE id IN ({MESSAGES_OF_REMOVED_ROOMS})
             RETURNING room, seq, posted_rev, client_id, author, digest, posted_at"
        ))?;
        let mut keep = transaction.prepare_cached(
            "INSERT INTO receipts (room, seq, rev, client_id, author, digest, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?;
        let erased = erase.query_map([STEP_ROWS], Receipt::of_post)?;
        let erased = erased.collect::<rusqlite::Result<Vec<_>>>()?;
        // Messages of the simple protocol have no id and are never retried. Receipts that are
        // too old are not kept.
        let oldest = days_before(now, RECEIPT_DAYS);
        let is_kept = |erased: &&Receipt| erased.client_id.is_some() && erased.posted_at >= oldest;
        for receipt in erased.iter().filter(is_kept) {
            keep.execute(params![
                receipt.room,
                receipt.seq,
                receipt.rev,
                receipt.client_id,
                receipt.author,
                receipt.digest,
                receipt.posted_at,
            ])?;
        }
        erased.len()
    };
    transaction.commit()?;
    Ok(erased == STEP_ROWS)
}

/// The receipt that a message's row contains.
struct Receipt {
    room: i64,
    seq: i64,
    rev: i64,
    client_id: Option<[u8; 16]>,
    author: Option<i64>,
    digest: Option<i64>,
    posted_at: i64,
}

impl Receipt {
    fn of_post(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Receipt {
            room: row.get(0)?,
            seq: row.get(1)?,
            rev: row.get(2)?,
            client_id: row.get(3)?,
            author: row.get(4)?,
            digest: row.get(5)?,
            posted_at: row.get(6)?,
        })
    }
}

/// Moves the write-ahead log into the file and truncates it, so that no deleted text is left in
/// it. Returns false if a reader was in the way for longer than [`READER_WAIT`].
pub fn truncate_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(READER_WAIT)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(Duration::ZERO)?;
    busy.map(|busy: bool| !busy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::test_store::plan;

    #[test]
    fn the_messages_of_removed_rooms_are_found_by_these_rooms() {
        let plan = plan(&MESSAGES_OF_REMOVED_ROOMS.replace("?1", "500"));
        let [rooms, messages] = &plan[..] else {
            panic!("more than two steps: {plan:?}");
        };
        assert!(rooms.contains("INDEX rooms_removed"), "{plan:?}");
        assert!(messages.starts_with("SEARCH m"), "{plan:?}");
    }
}
