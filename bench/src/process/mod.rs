//! What is measured runs as a process of its own: started, watched and ended here, by
//! its id.

pub mod program;
pub mod server;
mod usage;

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

pub use usage::{Processor, own_processor_time, resident_bytes};

/// A child that does not outlive this value.
#[derive(Debug)]
pub struct Owned {
    child: Child,
}

impl Owned {
    /// Takes a child over.
    pub fn new(child: Child) -> Self {
        Owned { child }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Asks it to end, and waits so long.
    ///
    /// Says whether it has ended by itself.
    pub fn end(&mut self, patience: Duration) -> bool {
        if self.has_ended() {
            return true;
        }
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        // It may have ended in between.
        let _told = pid.map(|pid| kill_process(pid, Signal::TERM));
        let due = Instant::now() + patience;
        while Instant::now() < due {
            if self.has_ended() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if !self.has_ended() {
            // Nothing can be done where even that fails.
            let _killed = self.child.kill();
            let _waited = self.child.wait();
        }
    }
}
