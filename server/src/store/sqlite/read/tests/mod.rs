//! What the queries find, over a store in memory.

mod accounts;
mod people;
mod plans;
mod private;
mod streams;
mod unread;

use rusqlite::Transaction;
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};
use shared::stream::{Item, ItemKey};

use super::pool::QueryError;
use super::room;
use crate::store::sqlite::test_store::viewer;
use crate::store::{ResumeLimits, ResumePoint, StreamAnswer, StreamChanges, StreamReset};

const LIMITS: ResumeLimits = ResumeLimits {
    missed: 1_000,
    changes: 100,
    newest: 3,
};

fn keys(items: &[Item]) -> Vec<ItemKey> {
    items.iter().filter_map(Item::key).collect()
}

fn changes_of(answer: Result<StreamAnswer, QueryError>) -> StreamChanges {
    match answer {
        Ok(StreamAnswer::Changes(changes)) => changes,
        other => panic!("no changes: {other:?}"),
    }
}

fn reset_of(answer: Result<StreamAnswer, QueryError>) -> StreamReset {
    match answer {
        Ok(StreamAnswer::Reset(reset)) => reset,
        other => panic!("no reset: {other:?}"),
    }
}

/// A room's changes for a person.
fn room_changes(
    snapshot: &Transaction<'_>,
    user: UserId,
    id: RoomId,
    known: ResumePoint,
) -> Result<StreamAnswer, QueryError> {
    room::changes(snapshot, viewer(user), id, known, LIMITS)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, QueryError>) -> ErrorCode {
    match result {
        Err(QueryError::Refused(code)) => code,
        other => panic!("not refused: {other:?}"),
    }
}
