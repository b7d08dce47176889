//! Runs a batch in rounds: all commands over what is there, then one fetch of what was missing.

use std::collections::HashSet;

use super::first_reads::{ALWAYS, first_reads};
use super::{FetchedRows, NoFailure, PrefetchedTables, Written};
use crate::store::rules::{RowKey, RuleConfig, RuleError, Rules, TablesError};
use crate::store::{Batch, Outcome, StoreError, WriteRequest};

/// Fetches for a whole batch. After that, the commands run one after the other, and each fetches
/// what it misses.
const MAX_ROUNDS: usize = 4;
/// Rows that one command may miss one after the other. The most needs who adds a hundred people to a
/// room: five of each.
const MAX_MISSES: usize = 600;

/// Where rows come from.
pub trait RowSource {
    /// How it fails.
    type Failure;

    /// Fetches the rows of all keys.
    ///
    /// # Errors
    /// When the database fails.
    fn fetch(&mut self, keys: HashSet<RowKey>, rows: &mut FetchedRows)
    -> Result<(), Self::Failure>;

    /// The failure for a command that does not end, which would be a fault in a rule.
    fn endless(&self) -> Self::Failure;
}

/// What a batch writes and publishes, and the results of its commands in order.
pub type RunBatch = (Written, Batch, Vec<Result<Outcome, StoreError>>);

/// Carries out the commands of a batch, in order.
///
/// # Errors
/// When rows cannot be fetched.
pub fn run_batch<S: RowSource>(
    source: &mut S,
    config: RuleConfig,
    requests: &[WriteRequest],
) -> Result<RunBatch, S::Failure> {
    let mut keys: HashSet<RowKey> = requests.iter().flat_map(first_reads).collect();
    keys.extend(ALWAYS);
    let mut fetched = FetchedRows::default();
    for _ in 0..MAX_ROUNDS {
        source.fetch(keys, &mut fetched)?;
        let mut rules = rules_over(fetched, config);
        let mut missing = HashSet::new();
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            match store_result(rules.apply(request)) {
                Ok(result) => results.push(result),
                // The commands behind it run too, to find out what they miss. This round will
                // not count.
                Err(key) => {
                    missing.insert(key);
                }
            }
        }
        if missing.is_empty()
            && let Some(done) = finish(&mut rules, results)
        {
            return Ok(done);
        }
        fetched = rules.tables.fetched;
        keys = missing;
    }
    source.fetch(keys, &mut fetched)?;
    one_by_one(source, rules_over(fetched, config), requests)
}

fn one_by_one<S: RowSource>(
    source: &mut S,
    mut rules: Rules<PrefetchedTables>,
    requests: &[WriteRequest],
) -> Result<RunBatch, S::Failure> {
    let mut results = Vec::with_capacity(requests.len());
    for request in requests {
        results.push(apply_fetching(source, &mut rules, request)?);
    }
    finish(&mut rules, results).ok_or_else(|| source.endless())
}

/// Carries out one command, and fetches what it misses, row by row.
///
/// # Errors
/// When rows cannot be fetched.
pub fn apply_fetching<S: RowSource>(
    source: &mut S,
    rules: &mut Rules<PrefetchedTables>,
    request: &WriteRequest,
) -> Result<Result<Outcome, StoreError>, S::Failure> {
    for _ in 0..MAX_MISSES {
        match store_result(rules.apply(request)) {
            Ok(result) => return Ok(result),
            Err(key) => source.fetch(HashSet::from([key]), &mut rules.tables.fetched)?,
        }
    }
    Err(source.endless())
}

fn rules_over(fetched: FetchedRows, config: RuleConfig) -> Rules<PrefetchedTables> {
    let tables = PrefetchedTables {
        fetched,
        written: Written::default(),
    };
    Rules::new(tables, config)
}

/// None if a row was missing, which a rule must have read before.
fn finish(
    rules: &mut Rules<PrefetchedTables>,
    results: Vec<Result<Outcome, StoreError>>,
) -> Option<RunBatch> {
    match rules.finish() {
        Ok(batch) => Some((std::mem::take(&mut rules.tables.written), batch, results)),
        Err(TablesError::Missing(_)) => None,
        Err(TablesError::Failed(never)) => match never {},
    }
}

/// The result of a command, or the row that it misses.
fn store_result(
    applied: Result<Outcome, RuleError<NoFailure>>,
) -> Result<Result<Outcome, StoreError>, RowKey> {
    match applied {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(RuleError::Refused(refusal)) => Ok(Err(StoreError::Refused(refusal))),
        Err(RuleError::Full) => Ok(Err(StoreError::Full)),
        Err(RuleError::Missing(key)) => Err(key),
        Err(RuleError::Failed(never)) => match never {},
    }
}
