//! The relay under load: the real server, raw sockets, loopback.

pub mod acknowledged;
pub mod connect;
mod contender;
mod crowd;
pub mod fan_out;
pub mod flood;
pub mod growth;
pub mod herd;
pub mod memory;
pub mod resume;
mod room;
pub mod rooms;
pub mod stalled;
pub mod stored;
mod writers;

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
