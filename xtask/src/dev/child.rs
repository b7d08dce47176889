//! A child process that stops, with everything it has started, when its value is dropped.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::process;

/// The longest time for a clean stop after SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// A running program in a process group of its own, so that the processes that it starts
/// (Trunk starts Cargo) stop with it. Ctrl-C does not reach the group directly; `drop` stops it.
pub(super) struct ChildGroup {
    name: &'static str,
    process: std::process::Child,
}

impl ChildGroup {
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        println!("$ {}", process::command_line(command));
        let process = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, process })
    }

    /// The exit status, if the process has exited.
    pub(super) fn exit_status(&mut self) -> Result<Option<ExitStatus>> {
        let name = self.name;
        self.process
            .try_wait()
            .with_context(|| format!("cannot query the status of {name}"))
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.process.id())
            && let Some(group) = Pid::from_raw(id)
        {
            // An error means that the group has exited already.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for ChildGroup {
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
        println!("{}: did not stop and was killed", self.name);
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
    fn dropping_a_child_stops_the_processes_that_it_has_started() -> Result<()> {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "sleep 1000 & echo started; wait"])
            .stdout(Stdio::piped());
        let mut child = ChildGroup::start("shell", &mut shell)?;
        let stdout = child.process.stdout.take().context("no output")?;
        let mut output = BufReader::new(stdout);
        let mut line = String::new();
        output.read_line(&mut line)?;
        assert_eq!(line, "started\n");
        assert!(child.exit_status()?.is_none());

        drop(child);
        // The shell and `sleep` both hold the pipe open; it ends when both have exited.
        assert_eq!(output.read_to_end(&mut Vec::new())?, 0);
        Ok(())
    }
}
