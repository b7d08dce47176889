//! What one step of the sweeper has done.

use rusqlite::types::Value;
use shared::id::RoomId;

use crate::store::{Reply, TokenHash, WriteCommand, WriteRequest};

/// Rows that one step looks at.
pub const STEP_ROWS: i64 = 500;

/// What one step has deleted.
#[derive(Debug, Default)]
pub struct Swept {
    /// Sessions that have expired.
    pub ended_sessions: Vec<TokenHash>,
    /// Direct conversations to be removed, as a command would remove them.
    pub unused_directs: Vec<RoomId>,
    /// Whether people or rooms were deleted, whose heads the writer may have cached.
    pub affects_heads: bool,
}

impl Swept {
    /// The commands by which direct conversations are removed, so that their people learn of it.
    pub fn removals(&self) -> Vec<WriteRequest> {
        let removals = self.unused_directs.iter().map(|room| {
            let command = WriteCommand::RemoveUnusedDirect { room: *room };
            // Nobody waits for it.
            WriteRequest::of_operator(command, Reply::new(|_result| {}))
        });
        removals.collect()
    }
}

/// Whether a table is done.
#[derive(Debug)]
pub enum Progress {
    /// More rows may follow, after this key if the table is swept along its key.
    More(Option<Value>),
    /// The table is done.
    Done,
}

impl Progress {
    /// For a table that is swept along its key: done if there was no further key.
    pub fn upto(key: Option<Value>) -> Self {
        match key {
            Some(key) => Progress::More(Some(key)),
            None => Progress::Done,
        }
    }

    /// For a table whose rows are found by an index: a full step means that more may follow.
    pub fn by_count(taken: usize) -> Self {
        if i64::try_from(taken).unwrap_or(i64::MAX) < STEP_ROWS {
            Progress::Done
        } else {
            Progress::More(None)
        }
    }
}
