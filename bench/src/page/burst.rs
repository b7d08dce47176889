//! Many messages at once in the room that is open.

use std::ops::Range;
use std::time::Instant;

use anyhow::Result;
use shared::id::RoomId;

use super::figures::{Figure, figure, measure};
use super::fixture::MessageWriter;
use super::measured_page::{MeasuredPage, start_browser};
use super::trace;
use crate::context::BenchContext;
use crate::load::message;
use crate::report::Section;

/// The number of messages in a burst.
const MESSAGES: u64 = 300;
/// The size of a message, in bytes.
const BODY: usize = 80;

const FIGURES: [Figure; 3] = [
    figure("sent until the last one is painted, s", "≤ 1"),
    figure("longest task meanwhile, ms", "≤ 50"),
    figure("longest task, its time on the processor, ms", ""),
];

/// Runs the benchmark.
///
/// # Errors
/// When server, browser or page do not work.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    // Marks differ from those of earlier bursts, whose messages are still in the room.
    let mut next = 0;
    let mut numbers = move || {
        next += MESSAGES;
        next - MESSAGES..next
    };
    measure(context, section, &FIGURES, |fixture, _| {
        let mut writer = fixture.writer()?;
        let browser = start_browser(context)?;
        let page = fixture.open_room(&browser.profile(), "/rooms/1")?;
        let took = burst(&mut writer, &page, numbers())?;
        // Tracing costs time, so it has a burst of its own.
        trace::start(page.page())?;
        burst(&mut writer, &page, numbers())?;
        let longest = trace::longest_task(page.page())?;
        Ok([
            Some(took / 1e3),
            longest.map(|task| task.wall_ms),
            longest.and_then(|task| task.processor_ms),
        ])
    })
}

/// The time from sending to the paint of the last message, in milliseconds.
fn burst(writer: &mut MessageWriter, page: &MeasuredPage, numbers: Range<u64>) -> Result<f64> {
    let clock = page.clock()?;
    let last = message::marked(numbers.end - 1, 0);
    let bodies = numbers
        .map(|number| message::marked(number, BODY))
        .collect();
    // The page watches for the last message while this program sends.
    page.evaluate(&format!(
        "void (globalThis.__lastRow = __bench.row({last:?}))"
    ))?;
    let sent = Instant::now();
    writer.post(RoomId::LOBBY, bodies)?;
    writer.wait_for_acknowledgements()?;
    let painted = page.number("__lastRow")?;
    Ok(painted - clock.page_ms(sent))
}
