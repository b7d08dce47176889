//! The cost of a bare `fdatasync` and of a bare SQLite commit: the lower bound for a durable
//! message.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use crate::stats::Sorted;

/// The size of a frame in the write-ahead log: a page and its header, in bytes.
const FRAME: usize = 4096 + 24;
/// Frames until SQLite starts the log from the beginning again, by default.
const FRAMES: usize = 1000;

/// Writes one log frame and syncs the disk, `count` times; returns the times in milliseconds.
///
/// The file has its full size from the start, as a write-ahead log that was used for a while:
/// growing a file costs more.
///
/// # Errors
/// When the folder cannot be written.
pub fn sync_costs(folder: &Path, count: usize) -> Result<Sorted> {
    let mut file = tempfile::tempfile_in(folder).context("the disk cannot be measured")?;
    let frame = [0x5a_u8; FRAME];
    for _ in 0..FRAMES {
        file.write_all(&frame)?;
    }
    file.sync_all()?;
    let costs: Result<Vec<Duration>> = (0..count)
        .map(|index| one(&mut file, index % FRAMES, &frame))
        .collect();
    Ok(Sorted::millis(costs?))
}

fn one(file: &mut File, place: usize, frame: &[u8]) -> Result<Duration> {
    file.seek(SeekFrom::Start((place * FRAME) as u64))?;
    let started = Instant::now();
    file.write_all(frame)?;
    file.sync_data()?;
    Ok(started.elapsed())
}

/// Repeats a transaction that inserts `rows` rows of `bytes` bytes of text; returns the times in
/// milliseconds. The settings are those of a durable store: a write-ahead log, and a sync at
/// each commit.
///
/// # Errors
/// When the folder cannot be written.
pub fn insert_costs(folder: &Path, rows: usize, bytes: usize, time: Duration) -> Result<Sorted> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut connection = Connection::open(folder.path().join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE message (room INTEGER, seq INTEGER, body TEXT, PRIMARY KEY (room, seq))
         WITHOUT ROWID;",
    )?;
    let text = "x".repeat(bytes);
    let mut seq = 0_i64;
    let mut costs = Vec::new();
    let started = Instant::now();
    while started.elapsed() < time {
        let at = Instant::now();
        let transaction = connection.transaction()?;
        for _ in 0..rows {
            seq += 1;
            transaction
                .prepare_cached("INSERT INTO message VALUES (1, ?1, ?2)")?
                .execute((seq, &text))?;
        }
        transaction.commit()?;
        costs.push(at.elapsed());
    }
    Ok(Sorted::millis(costs))
}
