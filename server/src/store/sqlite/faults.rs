//! What tests switch on: faults, to show that they would be noticed, and other ways to work.

use std::time::Duration;

use rusqlite::Connection;
use shared::command::Command;

use super::apply::{AppliedAll, apply_all};
use super::prefetched::apply_prefetched;
use super::stream_heads::StreamHeads;
use crate::config::{Fault, StoreTables};
use crate::store::rules::RuleConfig;
use crate::store::{WriteCommand, WriteRequest};

/// How long a slow writer waits.
const SLOWNESS: Duration = Duration::from_millis(500);

/// Carries out the commands of a transaction.
type ApplyAll = fn(
    &Connection,
    &mut StreamHeads,
    i64,
    RuleConfig,
    &[WriteRequest],
) -> rusqlite::Result<AppliedAll>;

/// How the commands of a transaction are carried out.
pub fn apply_over(tables: StoreTables) -> ApplyAll {
    match tables {
        StoreTables::Direct => apply_all,
        StoreTables::Prefetch => apply_prefetched,
    }
}

/// Waits, if the writer is to be slow, so that more commands come.
pub fn wait_if_slow(fault: Option<Fault>) {
    if fault == Some(Fault::SlowWriter) {
        std::thread::sleep(SLOWNESS);
    }
}

/// Panics if a message with the text `die` is posted.
///
/// # Panics
/// In that case.
pub fn panic_on_request(requests: &[WriteRequest]) {
    let asks_to_die = |request: &WriteRequest| matches!(&request.command, WriteCommand::Client(Command::Send { body, .. }) if body == "die");
    assert!(!requests.iter().any(asks_to_die), "a test asked for this");
}
