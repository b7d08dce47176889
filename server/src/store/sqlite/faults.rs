//! Faults that tests have the store show.

use crate::store::{Command, Write};

/// Dies of a message that says so.
///
/// # Panics
/// Then.
pub fn die_if_told(writes: &[Write]) {
    let tells =
        |write: &Write| matches!(&write.command, Command::Post { body, .. } if body == "die");
    assert!(!writes.iter().any(tells), "told to die");
}
