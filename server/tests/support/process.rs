//! The real binary as a child process, which never outlives its test.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, getrlimit, kill_process, prlimit, waitid,
};
use tokio::sync::{oneshot, watch};

use super::server::command_line;
use super::within;

/// The program under test.
pub const MADANG: &str = env!("CARGO_BIN_EXE_madang");

/// A running `madang serve`. Killed when dropped.
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
    lines: watch::Receiver<Vec<String>>,
    ended: watch::Receiver<bool>,
}

impl Process {
    /// Starts `madang serve` on a folder and waits for its address.
    ///
    /// # Panics
    /// When it ends before it has printed its address.
    pub async fn start(folder: &Path, arguments: &[&str]) -> Self {
        match Self::spawn(serve(folder, arguments)).await {
            Ok(process) => process,
            Err((status, log)) => panic!("madang ended with {status}:\n{log}"),
        }
    }

    /// Starts a command that becomes `madang serve`; its own process must be the
    /// server's (`exec`), as signals go there.
    ///
    /// # Errors
    /// When it ends without printing its address: the status, and what it printed.
    pub async fn spawn(mut command: Command) -> Result<Self, (ExitStatus, String)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (tell_address, address) = oneshot::channel();
        let (tell_end, ended) = watch::channel(false);
        let (tell_line, lines) = watch::channel(Vec::new());
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let kept = Arc::clone(&log);
        let listening = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        std::thread::spawn(move || {
            let mut tell_address = Some(tell_address);
            for line in stdout.lines().map_while(Result::ok) {
                tell_line.send_modify(|lines: &mut Vec<String>| lines.push(line.clone()));
                if let (Some(address), Some(_)) = (address_in(&line), &tell_address) {
                    // Nobody waits any more when the test has failed meanwhile.
                    let _told = tell_address.take().map(|tell| tell.send(address));
                }
            }
            drop(tell_address);
            let _joined = listening.join();
            tell_end.send_replace(true);
        });
        let mut guard = Guard(Some(child));
        if let Ok(address) = within("the address of a started server", address).await {
            return Ok(Process {
                address,
                child: guard.0.take().unwrap(),
                log,
                lines,
                ended,
            });
        }
        let status = guard.0.as_mut().unwrap().wait().unwrap();
        let mut ended = ended;
        within("the last of the log", ended.wait_for(|ended| *ended))
            .await
            .unwrap();
        let log = log.lock().unwrap().clone();
        Err((status, log))
    }

    /// Waits for the first line on its standard output that contains a text.
    pub async fn printed_line(&self, text: &str) -> String {
        let mut lines = self.lines.clone();
        let has_text = |lines: &Vec<String>| lines.iter().any(|line| line.contains(text));
        let lines = within("a printed line", lines.wait_for(has_text))
            .await
            .unwrap();
        lines
            .iter()
            .find(|line| line.contains(text))
            .unwrap()
            .clone()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// From now on it may open this many files more.
    pub fn leave_files(&self, more: usize) {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap();
        let numbers: HashSet<u64> = open
            .map(|file| file.unwrap().file_name().to_str().unwrap().parse().unwrap())
            .collect();
        // A new file gets the lowest number that is free, and none from the limit on.
        let mut free = (0..).filter(|number| !numbers.contains(number));
        let first_too_many = free.nth(more);
        let limit = Rlimit {
            current: first_too_many,
            // What it inherited; only a privileged process may raise it.
            maximum: getrlimit(Resource::Nofile).maximum,
        };
        let pid = Pid::from_child(&self.child);
        prlimit(Some(pid), Resource::Nofile, limit).unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Interrupts it, as Ctrl+C does.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Suspends it, as closing a laptop does, until [`Process::go_on`].
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        // When that returns, the signal is sent and perhaps not handled yet.
        let stopped = WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(self.pid()), stopped).unwrap();
    }

    /// Resumes it.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Kills it, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(self) {
        self.terminate();
        let (status, log) = self.exited().await;
        assert!(status.success(), "madang ended with {status}:\n{log}");
    }

    /// Waits until it has ended by itself; how, and what it logged.
    pub async fn exited(mut self) -> (ExitStatus, String) {
        within("the end of the server", self.ended.wait_for(|ended| *ended))
            .await
            .unwrap();
        let status = self.child.wait().unwrap();
        (status, self.log())
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// A child that must not be left behind while its start is awaited.
struct Guard(Option<Child>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _killed = child.kill();
            let _waited = child.wait();
        }
    }
}

/// `madang serve` with the arguments of [`command_line`].
pub fn serve(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(MADANG);
    command.args(command_words(folder, arguments));
    command
}

/// The words of [`command_line`] after the program's name.
pub fn command_words(folder: &Path, arguments: &[&str]) -> Vec<String> {
    command_line(folder, arguments).split_off(1)
}

/// Runs `madang` to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(MADANG)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs `madang admin` on a folder, which must succeed.
pub async fn admin(folder: &Path, removal: &[&str]) {
    let output = try_admin(folder, removal).await;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs `madang admin` on a folder. The test's own tasks go on meanwhile.
pub async fn try_admin(folder: &Path, removal: &[&str]) -> Output {
    let mut arguments = vec!["admin", "--data", folder.to_str().unwrap()];
    arguments.extend(removal);
    run_to_end(&arguments).await
}

/// Runs a command of `madang` on a folder, and returns what it printed.
///
/// # Errors
/// When it fails: what it said.
pub async fn madang(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--data", folder.to_str().unwrap()]);
    let output = run_to_end(&arguments).await;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

async fn run_to_end(arguments: &[&str]) -> Output {
    let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
    let ended = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&arguments)
    });
    within("the end of a command", ended).await.unwrap()
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    rest.split(',').next()?.parse().ok()
}
