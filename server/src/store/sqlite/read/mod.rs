//! Answering questions, each within one snapshot of the file.
//!
//! A few read-only connections serve everyone; who finds none free waits for its turn.

pub mod room;
mod turns;
pub mod writings;

use std::path::Path;
use std::sync::Arc;

use super::epoch::{self, Kind};
use super::open::{self, OpenError};
use super::rows;
use crate::store::{Lane, Seen, Session, StoreError, TokenHash};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use shared::frame::{Directory, Stream};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::limits::{SESSION_DAYS, SESSION_IDLE_DAYS};
use shared::model::ReadMark;
use turns::Turns;

/// Connections for questions. Reading is short; more would only compete for the cores.
const READERS: usize = 4;

/// The pool of read-only connections.
pub struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Turns>,
}

impl Readers {
    /// Opens them.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let idle = (0..READERS)
            .map(|_| open::reader(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Readers {
            idle: Arc::new(Mutex::new(idle)),
            turns: Turns::new(READERS),
        })
    }

    /// Runs `question` on a connection of the pool, off the async threads, when it is the
    /// lane's turn.
    pub async fn ask<T: Send + 'static>(
        &self,
        lane: Lane,
        question: impl FnOnce(&Transaction<'_>) -> Result<T, Unanswered> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.turns.next(lane).await;
        let idle = Arc::clone(&self.idle);
        let answer = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let Some(mut loan) = Loan::take(&idle) else {
                return Err(StoreError::Failed);
            };
            let answer = loan
                .connection
                .as_mut()
                .ok_or(Unanswered::Sqlite(rusqlite::Error::InvalidQuery))
                .and_then(|connection| Ok(connection.transaction()?))
                .and_then(|snapshot| question(&snapshot));
            answer.map_err(|unanswered| match unanswered {
                Unanswered::Refused(code) => StoreError::refused(code),
                Unanswered::Sqlite(error) => {
                    tracing::error!(%error, "a question to the store failed");
                    StoreError::Failed
                }
            })
        });
        answer.await.unwrap_or(Err(StoreError::Failed))
    }
}

/// A connection on loan: it comes back even when a question panics, or a few of those
/// would leave nobody to answer.
struct Loan<'a> {
    connection: Option<Connection>,
    idle: &'a Mutex<Vec<Connection>>,
}

impl<'a> Loan<'a> {
    fn take(idle: &'a Mutex<Vec<Connection>>) -> Option<Self> {
        let connection = Some(idle.lock().pop()?);
        Some(Loan { connection, idle })
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        self.idle.lock().extend(self.connection.take());
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// What was asked for is not there.
    Refused(shared::error::ErrorCode),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Unanswered {
    fn from(error: rusqlite::Error) -> Self {
        Unanswered::Sqlite(error)
    }
}

impl From<shared::error::ErrorCode> for Unanswered {
    fn from(code: shared::error::ErrorCode) -> Self {
        Unanswered::Refused(code)
    }
}

/// Rooms that changed and people who took another name, in the order of revisions.
pub fn directory(
    snapshot: &Transaction<'_>,
    seen: Seen,
    limit: usize,
) -> Result<Directory, Unanswered> {
    let (head, floor) = snapshot
        .prepare_cached("SELECT rev, floor FROM directory")?
        .query_row([], |row| Ok((Rev(row.get(0)?), Rev(row.get(1)?))))?;
    // Tombstones below the floor are gone: who knows less could not be told of them.
    let is_known = seen.rev >= floor && epoch::knows(snapshot, Kind::Directory, 0, seen, head)?;
    let from = if is_known { seen.rev } else { Rev::ZERO };
    let mut rooms = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM rooms_now WHERE directory_rev > ?1 AND (?2 OR removed_at IS NULL)
             ORDER BY directory_rev LIMIT ?3",
            rows::ROOM
        ))?
        .query_map(params![from.0, from > Rev::ZERO, limit], rows::room)?
        .collect::<Result<Vec<_>, _>>()?;
    // Who comes for the first time has seen no one's former name.
    let mut people = if from > Rev::ZERO {
        snapshot
            .prepare_cached(&format!(
                "SELECT {} FROM users WHERE directory_rev > ?1 ORDER BY directory_rev LIMIT ?2",
                rows::PROFILE
            ))?
            .query_map(params![from.0, limit], rows::profile)?
            .collect::<Result<Vec<_>, _>>()?
    } else {
        Vec::new()
    };
    // Where one of the two lists was cut, both end there.
    let mut through = head;
    if rooms.len() == limit
        && let Some(last) = rooms.last()
    {
        through = through.min(last.directory_rev);
    }
    if people.len() == limit
        && let Some(last) = people.last()
    {
        through = through.min(last.rev);
    }
    rooms.retain(|room| room.directory_rev <= through);
    people.retain(|person| person.rev <= through);
    Ok(Directory {
        from,
        through,
        head: Some(head),
        rooms,
        people,
    })
}

/// Read marks that moved.
pub fn stream(
    snapshot: &Transaction<'_>,
    user: UserId,
    seen: Seen,
    limit: usize,
) -> Result<Stream, Unanswered> {
    let head = snapshot
        .prepare_cached("SELECT stream_rev FROM users_now WHERE id = ?1")?
        .query_row([user.0], |row| row.get(0))
        .optional()?
        .map_or(Rev::ZERO, Rev);
    let from = if epoch::knows(snapshot, Kind::User, user.0, seen, head)? {
        seen.rev
    } else {
        Rev::ZERO
    };
    let marks = snapshot
        .prepare_cached(
            "SELECT room, seq, rev FROM read_marks WHERE user = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3",
        )?
        .query_map(params![user.0, from.0, limit], |row| {
            Ok(ReadMark {
                room: RoomId(row.get(0)?),
                seq: Seq(row.get(1)?),
                rev: Rev(row.get(2)?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let through = match marks.last() {
        Some(last) if marks.len() == limit => last.rev,
        _ => head,
    };
    Ok(Stream {
        from,
        through,
        head: Some(head),
        marks,
    })
}

/// Whose session a token is.
pub fn session(
    snapshot: &Transaction<'_>,
    token: &TokenHash,
    now: Micros,
) -> Result<Option<Session>, Unanswered> {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    let session = snapshot
        .prepare_cached(
            "SELECT u.id, u.name, u.directory_rev, u.kind, s.used_at
             FROM sessions s JOIN users u ON u.id = s.user
             WHERE s.token_hash = ?1 AND u.removed_at IS NULL
             AND s.used_at >= ?2 AND s.created_at >= ?3",
        )?
        .query_row(
            params![
                token.as_slice(),
                now.0 - SESSION_IDLE_DAYS * DAY,
                now.0 - SESSION_DAYS * DAY
            ],
            |row| {
                Ok(Session {
                    person: rows::profile(row)?,
                    used_at: Micros(row.get(4)?),
                })
            },
        )
        .optional()?;
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_that_panics_does_not_cost_a_connection() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(open::FILE);
        Connection::open(&path).unwrap();
        let readers = Readers::open(&path).unwrap();
        for _ in 0..=READERS {
            let asked = readers.ask(Lane::Server, |_| -> Result<(), Unanswered> {
                panic!("on purpose")
            });
            assert!(matches!(asked.await, Err(StoreError::Failed)));
        }
        let answer = readers.ask(Lane::Server, |snapshot| {
            Ok(snapshot.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(answer.await.unwrap(), 1);
    }
}
