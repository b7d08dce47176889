//! The server is killed at random moments, and no acknowledged command is lost.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::alone;
use crate::chaos::{Chaos, Crowd, Gathering};
use crate::checker::check;
use crate::evidence::Evidence;
use crate::random::{self, Random};
use crate::support::process::{Process, serve};
use crate::support::server::folder;

/// The environment variable that asks for more (or fewer) kills than usual.
const KILLS: &str = "MADANG_CRASH_KILLS";

/// So large that a client resumes after a long absence instead of getting a reset.
pub const SETTINGS: [&str; 4] = ["--resume-limit", "100000000", "--log", "warn"];

const CROWD: Crowd = Crowd {
    senders: 16,
    window: 4,
    readers: 3,
    talkers: 2,
    rooms: 3,
};

/// Nobody waits: commits hold hundreds of messages, and readers are always behind.
const FLOOD: Crowd = Crowd {
    window: 500,
    rooms: 1,
    ..CROWD
};

/// When the server is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// So long after the program was started, ready or not.
    Starting(Duration),
    /// So long after it was ready.
    Running(Duration),
    /// Right when this many answers have come since it was ready.
    Answering(u64),
}

impl Moment {
    /// From the first instruction to deep in the flood.
    pub fn any(random: &mut Random) -> Self {
        match random.below(10) {
            0..2 => Moment::Starting(Duration::from_micros(random.below(80_000))),
            2..3 => Moment::Running(Duration::from_micros(random.below(30_000))),
            3..7 => Moment::Running(Duration::from_micros(random.below(1_500_000))),
            _ => Moment::Answering(1 + random.below(1_500)),
        }
    }
}

#[test]
fn acknowledged_commands_survive_sigkill() {
    let kills = std::env::var(KILLS).map_or(30, |text| text.parse().expect("a number of kills"));
    judge(kills, CROWD);
}

#[test]
fn acknowledged_commands_survive_sigkill_under_load() {
    judge(8, FLOOD);
}

fn judge(kills: u32, crowd: Crowd) {
    let seed = random::seed();
    println!("seed {seed} ({}={seed} repeats it)", random::SEED);
    let began = Instant::now();
    let evidence = alone(run(seed, kills, crowd));
    println!(
        "{kills} kills, {} commands, {} simple posts in {:?}",
        evidence.sent.len(),
        evidence.said.len(),
        began.elapsed()
    );
    assert!(evidence.sent.len() > 100, "there is little to judge by");
    let wrong = check(&evidence);
    let shown = &wrong[..wrong.len().min(20)];
    assert!(
        wrong.is_empty(),
        "seed {seed}: {} violations, the first: {shown:#?}",
        wrong.len()
    );
}

async fn run(seed: u64, kills: u32, crowd: Crowd) -> Evidence {
    let mut random = Random::new(seed);
    let folder = folder();
    // The first start, which makes the file, is interrupted as well.
    let mut killed = 0;
    while killed < kills.min(4) {
        let patience = Duration::from_micros(random.below(80_000));
        kill_while_starting(folder.path(), patience).await;
        killed += 1;
    }
    let mut process = Process::start(folder.path(), &SETTINGS).await;
    let people = Gathering::new(process.address, crowd).await;
    let mut chaos = Chaos::begin(process.address, people, &mut random).await;
    while killed < kills {
        match Moment::any(&mut random) {
            Moment::Starting(patience) => {
                chaos.acknowledged(1).await;
                chaos.down();
                process.kill();
                kill_while_starting(folder.path(), patience).await;
                killed += 1;
            }
            moment => {
                pass(moment, &mut chaos).await;
                chaos.down();
                process.kill();
            }
        }
        killed += 1;
        process = Process::start(folder.path(), &SETTINGS).await;
        chaos.up(process.address);
    }
    finish(process, chaos, folder.path()).await
}

/// Waits for a moment of a running server.
pub async fn pass(moment: Moment, chaos: &mut Chaos) {
    match moment {
        Moment::Starting(_) => {}
        // The moment itself is what is tried here; nothing is waited for.
        Moment::Running(patience) => tokio::time::sleep(patience).await,
        Moment::Answering(answers) => chaos.acknowledged(answers).await,
    }
}

/// Lets everyone get their answers, stops the server in good order, and reads on the
/// next one what there is.
pub async fn finish(process: Process, mut chaos: Chaos, folder: &Path) -> Evidence {
    let mut evidence = Evidence::default();
    chaos.fall_silent(&mut evidence).await;
    chaos.down();
    // Now everything is committed that was taken, from simple clients too.
    process.stop().await;
    let process = Process::start(folder, &SETTINGS).await;
    chaos.up(process.address);
    chaos.end(process.address, &mut evidence).await;
    process.kill();
    evidence
}

/// Starts the program and kills it before it has got far.
async fn kill_while_starting(folder: &Path, patience: Duration) {
    let mut command = serve(folder, &SETTINGS);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let killed = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        std::thread::sleep(patience);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    killed.await.unwrap();
}
