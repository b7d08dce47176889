//! A child process that never outlives this one's interest in it.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::process;

/// How long a child may take to stop when it is asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A running program in a process group of its own, so that what it starts in
/// turn (Trunk starts Cargo) stops with it, and so that Ctrl-C reaches it only
/// through `drop`, in an orderly way.
pub(super) struct Child {
    name: &'static str,
    process: std::process::Child,
}

impl Child {
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        println!("$ {}", process::shown(command));
        let process = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, process })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let name = self.name;
        self.process
            .try_wait()
            .with_context(|| format!("cannot ask after {name}"))
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.process.id())
            && let Some(group) = Pid::from_raw(id)
        {
            // A group that is gone already is what was wanted.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let asked = Instant::now();
        self.signal(Signal::TERM);
        while asked.elapsed() < GRACE {
            match self.process.try_wait() {
                Ok(Some(_)) => return,
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Err(_) => break,
            }
        }
        println!("{}: does not stop; killed", self.name);
        self.signal(Signal::KILL);
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_child_stops_together_with_what_it_has_started() -> Result<()> {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "sleep 1000 & echo started; wait"])
            .stdout(Stdio::piped());
        let mut child = Child::start("shell", &mut shell)?;
        let stdout = child.process.stdout.take().context("no output")?;
        let mut output = BufReader::new(stdout);
        let mut line = String::new();
        output.read_line(&mut line)?;
        assert_eq!(line, "started\n");
        assert!(child.ended()?.is_none());

        drop(child);
        // Both hold the pipe open; it ends once both are gone.
        assert_eq!(output.read_to_end(&mut Vec::new())?, 0);
        Ok(())
    }
}
