//! Faults that tests switch on, to show that they would be noticed.

use crate::store::{Command, WriteRequest};

/// Panics if a message with the text `die` is posted.
///
/// # Panics
/// In that case.
pub fn panic_on_request(requests: &[WriteRequest]) {
    let asks_to_die = |request: &WriteRequest| matches!(&request.command, Command::Post { body, .. } if body == "die");
    assert!(!requests.iter().any(asks_to_die), "a test asked for this");
}
