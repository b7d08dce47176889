//! The measured programs, each a process of its own: how they are started, watched and ended
//! (by their process id).

pub mod command;
mod cpu;
pub mod program;
pub mod server;

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

pub use cpu::{CpuMeter, own_processor_time, resident_bytes};

/// A child process that is killed when this value is dropped.
#[derive(Debug)]
pub struct OwnedProcess {
    child: Child,
}

impl OwnedProcess {
    /// Takes ownership of a child process.
    pub fn new(child: Child) -> Self {
        OwnedProcess { child }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Sends SIGTERM and waits; returns whether the process has exited in time.
    pub fn terminate(&mut self, timeout: Duration) -> bool {
        if self.has_exited() {
            return true;
        }
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        // It may have exited since.
        let _told = pid.map(|pid| kill_process(pid, Signal::TERM));
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if self.has_exited() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Whether it has exited.
    pub fn has_exited(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for OwnedProcess {
    fn drop(&mut self) {
        if !self.has_exited() {
            // If this fails, there is nothing else to try.
            let _killed = self.child.kill();
            let _waited = self.child.wait();
        }
    }
}
