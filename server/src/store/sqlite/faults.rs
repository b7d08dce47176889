//! Faults that tests switch on, to show that they would be noticed.

use shared::command::Command;

use crate::store::{WriteCommand, WriteRequest};

/// Panics if a message with the text `die` is posted.
///
/// # Panics
/// In that case.
pub fn panic_on_request(requests: &[WriteRequest]) {
    let asks_to_die = |request: &WriteRequest| matches!(&request.command, WriteCommand::Client(Command::Send { body, .. }) if body == "die");
    assert!(!requests.iter().any(asks_to_die), "a test asked for this");
}
