//! Servers with a fault built in do not pass the checks.

use std::time::Instant;

use crate::alone;
use crate::chaos::{Chaos, Crowd, Gathering};
use crate::checker::{self, Violation};
use crate::kills::{self, Moment, SETTINGS};
use crate::power_cut::judge_fault;
use crate::random::{self, Random};
use crate::support::process::Process;
use crate::support::server::folder;
use crate::trace;

#[test]
fn a_store_without_sync_fails_the_trace_check() {
    let judged = alone(judge_fault("sync-off"));
    // Whatever closes the file may sync it in the end, long after the answers.
    let is_unsynced = |found: &&trace::Violation| {
        matches!(
            found,
            trace::Violation::NotSynced(_) | trace::Violation::ToldEarly(..)
        )
    };
    let unsynced = judged.violations.iter().filter(is_unsynced).count();
    assert_eq!(unsynced, judged.commands, "{:#?}", judged.violations);
}

#[test]
fn a_store_that_replies_before_the_commit_fails_the_trace_check() {
    let judged = alone(judge_fault("early-ack"));
    let is_early = |found: &&trace::Violation| matches!(found, trace::Violation::ToldEarly(..));
    let early = judged.violations.iter().filter(is_early).count();
    assert_eq!(early, judged.commands, "{:#?}", judged.violations);
}

#[test]
fn a_store_that_replies_before_the_commit_fails_the_crash_test() {
    // An early reply is lost only if the kill comes before the commit, some twenty
    // milliseconds later: most of these do, and one is enough.
    const KILLS: u32 = 8;
    const CROWD: Crowd = Crowd {
        senders: 6,
        window: 4,
        readers: 2,
        talkers: 1,
        rooms: 1,
    };
    let seed = random::seed();
    println!("seed {seed} ({}={seed} repeats it)", random::SEED);
    let began = Instant::now();
    let evidence = alone(async {
        let mut random = Random::new(seed);
        let faulty = [&SETTINGS[..], &["--fault", "early-ack"]].concat();
        let folder = folder();
        let sound = Process::start(folder.path(), &SETTINGS).await;
        let people = Gathering::new(sound.address, CROWD).await;
        sound.stop().await;
        let mut process = Process::start(folder.path(), &faulty).await;
        let mut chaos = Chaos::begin(process.address, people, &mut random).await;
        for _ in 0..KILLS {
            kills::pass(Moment::Answering(1 + random.below(60)), &mut chaos).await;
            chaos.down();
            process.kill();
            process = Process::start(folder.path(), &faulty).await;
            chaos.up(process.address);
        }
        kills::finish(process, chaos, folder.path()).await
    });
    println!("{KILLS} kills in {:?}", began.elapsed());
    let found = checker::check(&evidence);
    let lost = |found: &Violation| matches!(found, Violation::Lost(_) | Violation::ChangeLost(_));
    let phantom = |found: &Violation| {
        matches!(
            found,
            Violation::SeenButNotStored(..) | Violation::UnneededReset(..)
        )
    };
    assert!(found.iter().any(lost), "lost answers are found: {found:#?}");
    assert!(found.iter().any(phantom), "and what was seen too early");
}
