//! Figures about the store, for the operator.

use std::path::Path;

use crate::metrics::Metrics;
use crate::store::{Outcome, StoreError};

/// Counts the results of a commit's commands. Each counter is changed once per commit.
pub fn count_outcomes(metrics: &Metrics, outcomes: &[Result<Outcome, StoreError>]) {
    let (mut committed, mut refused, mut failed) = (0, 0, 0);
    for outcome in outcomes {
        match outcome {
            Ok(_) => committed += 1,
            Err(error) => {
                match error {
                    StoreError::Refused(_) => refused += 1,
                    StoreError::Full | StoreError::Failed | StoreError::Closed => failed += 1,
                }
                metrics.refusals.count(error.code());
            }
        }
    }
    for (counter, count) in [
        (&metrics.commands_committed, committed),
        (&metrics.commands_refused, refused),
        (&metrics.commands_failed, failed),
    ] {
        if count > 0 {
            counter.add(count);
        }
    }
}

/// The size of the database and its write-ahead log, in bytes.
pub fn file_bytes(database: &Path) -> u64 {
    let size = |suffix: &str| {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        std::fs::metadata(path).map_or(0, |metadata| metadata.len())
    };
    ["", "-wal", "-shm"].into_iter().map(size).sum()
}
