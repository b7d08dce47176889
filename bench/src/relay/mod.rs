//! The relay under load: the real server program, raw sockets, loopback. Each benchmark is a
//! module with a function `run`; the private modules put load on the server and compare programs.

pub mod acknowledged;
mod bench_room;
pub mod connect;
mod contender;
pub mod fan_out;
pub mod flood;
pub mod growth;
pub mod herd;
mod lobby_load;
pub mod memory;
mod private_rooms;
pub mod resume;
pub mod rooms;
mod senders;
pub mod stalled;
pub mod stored;
pub mod watch;
mod watched_room;

use crate::load::pool::ConnectionPool;
use crate::report::Section;

/// The default size of a message's text, in bytes.
const BODY: usize = 200;

/// Notes in the section why connections ended, if any did.
fn note_endings(section: &mut Section, what: &str, pool: &ConnectionPool) {
    for (reason, count) in pool.endings() {
        section.note(format!("{what}: {count} connections ended: {reason}"));
    }
}
