//! Another's message, from its sending to its paint.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::RoomId;

use super::chromium::Chromium;
use super::figures::{Figure, figure, measure};
use super::fixture::PageFixture;
use crate::context::BenchContext;
use crate::disk;
use crate::load::message;
use crate::report::Section;
use crate::stats::Sorted;

/// Messages of a repetition.
const MESSAGES: u64 = 100;
/// Bytes of a message.
const BODY: usize = 80;
/// How often the bare disk is asked.
const SYNCS: usize = 200;
/// Between two messages: not in step with the screen.
const PAUSE_MS: u64 = 70;

const FIGURES: [Figure; 5] = [
    figure("sent to painted, p50, ms", "≤ 15 + fdatasync p50"),
    figure("sent to painted, p95, ms", "≤ 25 + fdatasync p95"),
    figure("bare fdatasync, p50, ms", ""),
    figure("bare fdatasync, p95, ms", ""),
    figure("sent to acknowledged, p50, ms", ""),
];

/// Measures.
///
/// # Errors
/// When server, browser or page do not do what they should.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note("a screen of 60 frames a second waits 8 ms in the mean by itself");
    // Marks are told apart from those of earlier repetitions, which stand in the room.
    let mut next = 0;
    measure(context, section, &FIGURES, |stage, _| {
        let numbers = next..next + MESSAGES;
        next = numbers.end;
        let syncs = disk::sync_costs(context.scratch(), SYNCS)?;
        let (waits, answers) = talk(context, stage, numbers)?;
        Ok([
            waits.percentile(50),
            waits.percentile(95),
            syncs.percentile(50),
            syncs.percentile(95),
            answers.percentile(50),
        ])
    })
}

/// Milliseconds from sending to paint, and from sending to the acknowledgement.
fn talk(
    context: &BenchContext,
    stage: &PageFixture,
    numbers: Range<u64>,
) -> Result<(Sorted, Sorted)> {
    let mut author = stage.author()?;
    let mut browser = Chromium::start(context)?;
    let mut tab = stage.show(&mut browser, "/rooms/1")?;
    let before = tab.clock()?;
    let mut sent = Vec::new();
    let mut answers = Vec::new();
    for number in numbers.clone() {
        std::thread::sleep(Duration::from_millis(PAUSE_MS + number * 37 % 30));
        let at = Instant::now();
        author.say(RoomId::LOBBY, vec![message::marked(number, BODY)])?;
        author.acknowledged()?;
        sent.push(at);
        answers.push(at.elapsed());
    }
    let last = message::marked(numbers.end - 1, 0);
    tab.evaluate(&format!("__bench.row({last:?})"))?;
    let painted: HashMap<String, f64> = serde_json::from_value(tab.evaluate("__bench.painted")?)?;
    let after = tab.clock()?;
    tab.close()?;
    browser.end()?;
    let waits = sent.iter().zip(numbers).filter_map(|(at, number)| {
        let painted = painted.get(&message::marked(number, 0))?;
        // The clocks drift apart a little; halfway is nearest.
        let sent = f64::midpoint(before.page_ms(*at), after.page_ms(*at));
        Some(painted - sent)
    });
    let waits: Vec<f64> = waits.collect();
    ensure!(
        waits.len() == sent.len(),
        "{} of {MESSAGES} messages were painted",
        waits.len()
    );
    Ok((Sorted::new(waits), Sorted::millis(answers)))
}
