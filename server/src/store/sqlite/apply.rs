//! Carries out commands in a transaction of the writer, by the rules.
//!
//! A refused command has changed nothing and needs no savepoint. An error of SQLite voids the
//! whole transaction; the writer then tries each command by itself.

use rusqlite::Connection;

use super::stream_heads::StreamHeads;
use super::tables::SqliteTables;
use crate::store::rules::{RuleConfig, RuleError, Rules, Tables, TablesError};
use crate::store::{Batch, Outcome, StoreError, WriteRequest};

/// Commands in one transaction at most, and bytes of text. A commit is published at once, and
/// its text must take only a part of what may wait for a reader.
pub const MAX_COMMANDS: usize = 2_048;
const MAX_TEXT_BYTES: usize = 256 * 1024;

/// What a transaction changed, and the results of its commands, in order.
pub type AppliedAll = (Batch, Vec<Result<Outcome, StoreError>>);

/// Begins a transaction and carries out all commands in it. The caller commits.
///
/// # Errors
/// SQLite's; then the caller rolls back.
pub fn apply_all(
    connection: &Connection,
    heads: &mut StreamHeads,
    epoch_ordinal: i64,
    config: RuleConfig,
    requests: &[WriteRequest],
) -> rusqlite::Result<AppliedAll> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let tables = SqliteTables::new(connection, heads, epoch_ordinal);
    let mut rules = Rules::new(tables, config);
    let mut results = Vec::with_capacity(requests.len());
    for request in requests {
        results.push(match rules.apply(request) {
            Ok(outcome) => Ok(outcome),
            Err(RuleError::Refused(refusal)) => Err(StoreError::Refused(refusal)),
            Err(RuleError::Full) => Err(StoreError::Full),
            Err(RuleError::Failed(error)) => return Err(error),
            // These tables have every row.
            Err(RuleError::Missing(_)) => return Err(rusqlite::Error::InvalidQuery),
        });
    }
    let batch = rules.finish().map_err(sqlite_error)?;
    rules.tables.store_heads()?;
    Ok((batch, results))
}

/// The error of tables that have every row.
pub fn sqlite_error(error: TablesError<<SqliteTables<'_> as Tables>::Failure>) -> rusqlite::Error {
    match error {
        TablesError::Failed(error) => error,
        TablesError::Missing(_) => rusqlite::Error::InvalidQuery,
    }
}

/// How many of the waiting commands fit into one transaction; at least one.
pub fn transaction_size(waiting: &[WriteRequest]) -> usize {
    let mut bytes = 0;
    waiting
        .iter()
        .take(MAX_COMMANDS)
        .take_while(|request| {
            let fits = bytes < MAX_TEXT_BYTES;
            bytes += request.command.published_bytes();
            fits
        })
        .count()
}
