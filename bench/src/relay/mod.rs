//! The relay under load: the real server, raw sockets, loopback.

pub mod acknowledged;
pub mod fan_out;
pub mod flood;
pub mod memory;

use crate::load::pool::Pool;
use crate::report::Section;

/// Bytes of a message's text, where nothing else is said.
const BODY: usize = 200;

/// Says in the section which connections did not last.
fn note_endings(section: &mut Section, what: &str, pool: &Pool) {
    for (reason, count) in pool.endings() {
        section.note(format!("{what}: {count} connections ended: {reason}"));
    }
}
