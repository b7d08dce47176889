//! A program that ends with the tests, even when they are killed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::support::DEADLINE;

/// Runs the program in a process group of its own until the input ends; then ends the group and
/// removes the folder.
const SHELL: &str = r#"trap : INT TERM HUP
setsid "$@" </dev/null &
cat >/dev/null
kill -s KILL -- "-$!" 2>/dev/null
wait
rm -rf "$0""#;

/// A program with all that it starts. Dropping it ends it and removes its folder.
pub struct EndingChild {
    shell: Child,
    input: Option<ChildStdin>,
}

/// Where a program says what we wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaysOn {
    Stdout,
    Stderr,
}

impl EndingChild {
    /// Starts a program that uses this folder.
    pub fn start(folder: &OsStr, program: &[&OsStr], environment: &[(&str, &str)]) -> Self {
        Self::spawn(Self::command(folder, program, environment))
    }

    /// Starts a program, and waits for the line from which `pick` takes something.
    pub fn start_and_read<T: Send + 'static>(
        folder: &OsStr,
        program: &[&OsStr],
        environment: &[(&str, &str)],
        says_on: SaysOn,
        pick: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> (Self, T) {
        let mut command = Self::command(folder, program, environment);
        match says_on {
            SaysOn::Stdout => command.stdout(Stdio::piped()),
            SaysOn::Stderr => command.stderr(Stdio::piped()),
        };
        let mut child = Self::spawn(command);
        let output: Box<dyn Read + Send> = match says_on {
            SaysOn::Stdout => Box::new(child.shell.stdout.take().unwrap()),
            SaysOn::Stderr => Box::new(child.shell.stderr.take().unwrap()),
        };
        let (found, finding) = mpsc::channel();
        // It reads to the end, so that the program is never kept waiting.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(picked) = pick(&line) {
                    let _unless_found_before = found.send(picked);
                }
            }
        });
        let picked = finding.recv_timeout(DEADLINE);
        let picked = picked.unwrap_or_else(|_| panic!("{program:?} does not start"));
        (child, picked)
    }

    fn command(folder: &OsStr, program: &[&OsStr], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", SHELL])
            .arg(folder)
            .args(program)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn spawn(mut command: Command) -> Self {
        let mut shell = command.spawn().unwrap();
        let input = shell.stdin.take();
        EndingChild { shell, input }
    }
}

impl Drop for EndingChild {
    fn drop(&mut self) {
        self.input.take();
        let _ended = self.shell.wait();
    }
}
