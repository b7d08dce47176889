//! A message by another person, from sending to paint.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::RoomId;

use super::figures::{Figure, figure, measure};
use super::fixture::PageFixture;
use super::measured_page::start_browser;
use crate::context::BenchContext;
use crate::disk;
use crate::load::message;
use crate::report::Section;
use crate::stats::Sorted;

/// The number of messages in a repetition.
const MESSAGES: u64 = 100;
/// The size of a message, in bytes.
const BODY: usize = 80;
/// How many times to sync the bare disk.
const SYNCS: usize = 200;
/// The shortest time between two messages. It varies, so that it is not in step with the frames.
const PAUSE_MS: u64 = 70;

const FIGURES: [Figure; 5] = [
    figure("sent to painted, p50, ms", "≤ 15 + fdatasync p50"),
    figure("sent to painted, p95, ms", "≤ 25 + fdatasync p95"),
    figure("bare fdatasync, p50, ms", ""),
    figure("bare fdatasync, p95, ms", ""),
    figure("sent to acknowledged, p50, ms", ""),
];

/// Runs the benchmark.
///
/// # Errors
/// When server, browser or page do not work.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note("at 60 frames per second, a paint is 8 ms later on average");
    // Marks differ from those of earlier repetitions, whose messages are still in the room.
    let mut next = 0;
    measure(context, section, &FIGURES, |fixture, _| {
        let numbers = next..next + MESSAGES;
        next = numbers.end;
        let syncs = disk::sync_costs(context.scratch(), SYNCS)?;
        let (waits, answers) = talk(context, fixture, numbers)?;
        Ok([
            waits.percentile(50),
            waits.percentile(95),
            syncs.percentile(50),
            syncs.percentile(95),
            answers.percentile(50),
        ])
    })
}

/// The times from sending to paint, and from sending to the acknowledgement, in milliseconds.
fn talk(
    context: &BenchContext,
    fixture: &PageFixture,
    numbers: Range<u64>,
) -> Result<(Sorted, Sorted)> {
    let mut writer = fixture.writer()?;
    let browser = start_browser(context)?;
    let page = fixture.open_room(&browser.profile(), "/rooms/1")?;
    let before = page.clock()?;
    let mut sent = Vec::new();
    let mut answers = Vec::new();
    for number in numbers.clone() {
        std::thread::sleep(Duration::from_millis(PAUSE_MS + number * 37 % 30));
        let at = Instant::now();
        writer.post(RoomId::LOBBY, vec![message::marked(number, BODY)])?;
        writer.wait_for_acknowledgements()?;
        sent.push(at);
        answers.push(at.elapsed());
    }
    let last = message::marked(numbers.end - 1, 0);
    page.evaluate(&format!("__bench.row({last:?})"))?;
    let painted: HashMap<String, f64> = serde_json::from_value(page.evaluate("__bench.painted")?)?;
    let after = page.clock()?;
    let waits = sent.iter().zip(numbers).filter_map(|(at, number)| {
        let painted = painted.get(&message::marked(number, 0))?;
        // The clocks drift a little; the mean of both comparisons is closest.
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
