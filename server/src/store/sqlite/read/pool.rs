//! The pool of read-only connections that run queries.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::{Connection, Transaction};
use shared::error::ErrorCode;

use crate::store::fair_queue::FairQueue;
use crate::store::sqlite::open::{self, OpenError};
use crate::store::{QueryClient, StoreError};

/// Connections for queries. Queries are short; more connections would only compete for the
/// processors.
const READERS: usize = 4;

/// A few read-only connections that serve everyone, in turn.
pub struct ReaderPool {
    idle: Arc<Mutex<Vec<Connection>>>,
    queue: Arc<FairQueue>,
}

impl ReaderPool {
    /// Opens the connections.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let idle = (0..READERS)
            .map(|_| open::reader(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(ReaderPool {
            idle: Arc::new(Mutex::new(idle)),
            queue: FairQueue::new(READERS),
        })
    }

    /// How many queries wait.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Runs `query` within one snapshot of the file when it is the client's turn, on a thread
    /// that may block.
    ///
    /// # Errors
    /// The refusal of `query`; [`StoreError::Failed`] when SQLite fails or `query` panics.
    pub async fn run<T: Send + 'static>(
        &self,
        client: QueryClient,
        query: impl FnOnce(&Transaction<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.queue.acquire(client).await;
        let idle = Arc::clone(&self.idle);
        let result = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let Some(mut pooled) = PooledConnection::take(&idle) else {
                return Err(StoreError::Failed);
            };
            let result = pooled
                .connection
                .as_mut()
                .ok_or(QueryError::Sqlite(rusqlite::Error::InvalidQuery))
                .and_then(|connection| Ok(connection.transaction()?))
                .and_then(|snapshot| query(&snapshot));
            result.map_err(|error| match error {
                QueryError::Refused(code) => StoreError::refused(code),
                QueryError::Sqlite(error) => {
                    tracing::error!(%error, "a query failed");
                    StoreError::Failed
                }
            })
        });
        result.await.unwrap_or(Err(StoreError::Failed))
    }
}

/// A connection that goes back to the pool when this is dropped, also when a query panics.
struct PooledConnection<'a> {
    connection: Option<Connection>,
    idle: &'a Mutex<Vec<Connection>>,
}

impl<'a> PooledConnection<'a> {
    fn take(idle: &'a Mutex<Vec<Connection>>) -> Option<Self> {
        let connection = Some(idle.lock().pop()?);
        Some(PooledConnection { connection, idle })
    }
}

impl Drop for PooledConnection<'_> {
    fn drop(&mut self) {
        self.idle.lock().extend(self.connection.take());
    }
}

/// Why a query has no result.
#[derive(Debug)]
pub enum QueryError {
    /// What was asked for does not exist.
    Refused(ErrorCode),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        QueryError::Sqlite(error)
    }
}

impl From<ErrorCode> for QueryError {
    fn from(code: ErrorCode) -> Self {
        QueryError::Refused(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_query_that_panics_gives_its_connection_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(crate::store::sqlite::FILE);
        Connection::open(&path).unwrap();
        let readers = ReaderPool::open(&path).unwrap();
        for _ in 0..=READERS {
            let result = readers.run(QueryClient::Server, |_| -> Result<(), QueryError> {
                panic!("on purpose")
            });
            assert!(matches!(result.await, Err(StoreError::Failed)));
        }
        let answer = readers.run(QueryClient::Server, |snapshot| {
            Ok(snapshot.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(answer.await.unwrap(), 1);
    }
}
