//! Power cuts: under strace, the real binary sends each reply after the sync of the log that
//! contains its commit.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command as Program, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::chaos::{Chaos, Crowd, Gathering};
use crate::checker;
use crate::evidence::{Change, Evidence, Sent};
use crate::random::{self, Random};
use crate::support::process::{Process, serve};
use crate::support::server::{Folder, folder};
use crate::trace::{CALLS, Command, Violation, check, parse};
use crate::{alone, kills};

const CROWD: Crowd = Crowd {
    senders: 3,
    window: 2,
    readers: 1,
    talkers: 2,
    rooms: 1,
};

/// Replies that are enough for the check.
const ANSWERS: u64 = 150;

/// What was found in a trace.
pub struct Judged {
    /// The acknowledged commands that were looked for.
    pub commands: usize,
    /// What is wrong with the trace.
    pub violations: Vec<Violation>,
    /// What everyone saw.
    pub evidence: Evidence,
}

#[test]
fn each_reply_is_sent_after_the_sync_of_its_commit() {
    let judged = alone(judge());
    assert!(judged.commands >= 150, "only {} commands", judged.commands);
    assert_eq!(judged.violations, []);
    assert_eq!(checker::check(&judged.evidence), []);
}

/// Lets people talk on a traced server, and judges the trace.
async fn judge() -> Judged {
    let traced = Traced::start(folder(), &[]).await;
    let people = Gathering::new(traced.address, CROWD).await;
    talk(traced, people).await
}

/// Lets people talk on a traced server with a fault. They come in before it has one, or
/// they might not be let in.
pub async fn judge_fault(fault: &str) -> Judged {
    let folder = folder();
    let sound = Process::start(&data(&folder), &kills::SETTINGS).await;
    let people = Gathering::new(sound.address, CROWD).await;
    sound.stop().await;
    talk(Traced::start(folder, &["--fault", fault]).await, people).await
}

async fn talk(traced: Traced, people: Gathering) -> Judged {
    let mut random = Random::new(random::seed());
    let mut chaos = Chaos::begin(traced.address, people, &mut random).await;
    chaos.acknowledged(ANSWERS).await;
    let mut evidence = Evidence::default();
    chaos.fall_silent(&mut evidence).await;
    chaos.down();
    let (folder, trace) = traced.stop().await;
    let data = data(&folder);
    let process = Process::start(&data, &kills::SETTINGS).await;
    chaos.up(process.address);
    chaos.end(process.address, &mut evidence).await;
    process.kill();
    let calls = parse(&trace).unwrap_or_else(|error| panic!("the trace: {error}"));
    let commands: Vec<Command> = evidence.sent.iter().filter_map(sought).collect();
    Judged {
        commands: commands.len(),
        violations: check(&calls, &commands, data.to_str().unwrap()),
        evidence,
    }
}

/// What to look for in the trace of a command that was acknowledged.
fn sought(sent: &Sent) -> Option<Command> {
    sent.acks.first()?;
    let marker = match &sent.change {
        Change::Post { body } | Change::Edit { body, .. } => {
            let (marker, _) = body.split_once(']')?;
            Some(format!("{marker}]").into_bytes())
        }
        Change::Delete { .. } => None,
    };
    Some(Command {
        client_id: sent.client_id.to_string(),
        // A deletion brings no text; the receipt that is kept of it holds its id.
        stored: match &marker {
            Some(marker) => marker.clone(),
            None => sent.client_id.as_bytes().to_vec(),
        },
        content: marker,
    })
}

/// The data folder, which the server makes itself.
fn data(folder: &Folder) -> PathBuf {
    folder.path().canonicalize().unwrap().join("data")
}

/// A server under strace. Both end when it is dropped.
struct Traced {
    address: SocketAddr,
    // None once it has ended.
    strace: Option<Process>,
    server: Pid,
    folder: Folder,
}

impl Traced {
    async fn start(folder: Folder, fault: &[&str]) -> Self {
        assert_strace();
        let trace = folder.path().join("trace");
        let settings = [&kills::SETTINGS[..], fault].concat();
        let served = serve(&data(&folder), &settings);
        let mut command = Program::new("strace");
        // Long enough for the largest write, so that no string is cut.
        command.args(["-f", "-yy", "-s", "4000000", "-e"]);
        command.arg(format!("trace={CALLS}"));
        command.arg("-o").arg(&trace).arg("--");
        command.arg(served.get_program()).args(served.get_args());
        let strace = match Process::spawn(command).await {
            Ok(process) => process,
            Err((status, log)) => panic!("strace ended with {status}; may it trace here?\n{log}"),
        };
        // The first line is the server's own. Signals go to it, as strace does not pass
        // them on.
        let mut first = String::new();
        let trace = fs::File::open(&trace).unwrap();
        BufReader::new(trace).read_line(&mut first).unwrap();
        let id = first.split(' ').next().unwrap().parse().unwrap();
        Traced {
            address: strace.address,
            strace: Some(strace),
            server: Pid::from_raw(id).unwrap(),
            folder,
        }
    }

    /// Stops the server in good order; the folder, and all that was traced.
    async fn stop(mut self) -> (Folder, String) {
        kill_process(self.server, Signal::TERM).unwrap();
        let strace = self.strace.take().unwrap();
        let (status, log) = strace.exited().await;
        assert!(status.success(), "it ended with {status}:\n{log}");
        let folder = self.folder.clone();
        let trace = fs::read_to_string(folder.path().join("trace")).unwrap();
        (folder, trace)
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        if self.strace.is_some() {
            // Without strace it would live on.
            let _killed = kill_process(self.server, Signal::KILL);
        }
    }
}

fn assert_strace() {
    let version = Program::new("strace")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    assert!(
        version.is_ok(),
        "strace is missing: install the package `strace` (apt-get install strace)"
    );
}
