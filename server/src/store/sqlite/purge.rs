//! Erasing what was taken away, while the writer has nothing else to do.
//!
//! A room's removal takes effect at once; its messages are erased afterwards, in
//! transactions so small that no one waits for one. SQLite overwrites deleted text in
//! the file (`secure_delete`), but its log keeps what the file held before.

use std::time::Duration;

use rusqlite::{Connection, Row, params};
use shared::id::Micros;
use shared::limits::RECEIPT_DAYS;

/// Messages erased in one transaction.
const STEP: usize = 500;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// How long commands may have to wait for the log to be emptied.
const PATIENCE: Duration = Duration::from_millis(10);

/// Erases one step's worth; returns whether anything is left.
///
/// A post's row is the receipt of its send: what is erased leaves a receipt behind, so that
/// who has not heard of the acknowledgement gets it even when the room is gone.
pub fn step(connection: &mut Connection, now: Micros) -> rusqlite::Result<bool> {
    let transaction = connection.transaction()?;
    let erased = {
        let mut erase = transaction.prepare_cached(
            "DELETE FROM messages WHERE id IN (
               SELECT m.id FROM rooms r JOIN messages m ON m.room = r.id
               WHERE r.removed_at IS NOT NULL LIMIT ?1)
             RETURNING room, seq, posted_rev, client_id, author, digest, posted_at",
        )?;
        let mut keep = transaction.prepare_cached(
            "INSERT INTO receipts (room, seq, rev, client_id, author, digest, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?;
        let erased = erase.query_map([STEP], Receipt::of_post)?;
        let erased = erased.collect::<rusqlite::Result<Vec<_>>>()?;
        // What came over the simple protocol has no id, and nobody asks for it again.
        // Nor for what is so old that its answer need not be remembered.
        let oldest = now.0 - RECEIPT_DAYS * DAY;
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
    Ok(erased == STEP)
}

/// What a post's row says of its send.
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

/// Brings the log into the file and empties it: what it said before is gone. Returns
/// whether it is; a reader in the middle of something is waited for only briefly.
pub fn scrub(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(Duration::ZERO)?;
    busy.map(|busy: bool| !busy)
}
