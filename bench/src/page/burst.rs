//! Many messages at once in the room that is open.

use std::ops::Range;
use std::time::Instant;

use anyhow::Result;
use shared::id::RoomId;

use super::chromium::Chromium;
use super::figures::{Figure, figure, measure};
use super::fixture::Author;
use super::tab::Tab;
use super::trace;
use crate::context::BenchContext;
use crate::load::message;
use crate::report::Section;

/// Messages of a burst.
const MESSAGES: u64 = 300;
/// Bytes of a message.
const BODY: usize = 80;

const FIGURES: [Figure; 3] = [
    figure("sent until the last one is painted, s", "≤ 1"),
    figure("longest task meanwhile, ms", "≤ 50"),
    figure("longest task, its time on the processor, ms", ""),
];

/// Measures.
///
/// # Errors
/// When server, browser or page do not do what they should.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note("axe-core's findings are the browser tests' business");
    // Marks are told apart from those of earlier bursts, which stand in the room.
    let mut next = 0;
    let mut numbers = move || {
        next += MESSAGES;
        next - MESSAGES..next
    };
    measure(context, section, &FIGURES, |stage, _| {
        let mut author = stage.author()?;
        let mut browser = Chromium::start(context)?;
        let mut tab = stage.show(&mut browser, "/rooms/1")?;
        let took = burst(&mut author, &mut tab, numbers())?;
        // Tracing costs time itself, so that a burst of its own is looked at.
        trace::start(&mut tab)?;
        burst(&mut author, &mut tab, numbers())?;
        let longest = trace::longest_task(&mut tab)?;
        tab.close()?;
        browser.end()?;
        Ok([
            Some(took / 1e3),
            longest.map(|task| task.wall_ms),
            longest.and_then(|task| task.processor_ms),
        ])
    })
}

/// Milliseconds from sending to the paint of the last message.
fn burst(author: &mut Author, tab: &mut Tab<'_>, numbers: Range<u64>) -> Result<f64> {
    let clock = tab.clock()?;
    let last = message::marked(numbers.end - 1, 0);
    let bodies = numbers
        .map(|number| message::marked(number, BODY))
        .collect();
    let painted = tab.ask(&format!("__bench.row({last:?})"))?;
    let sent = Instant::now();
    author.say(RoomId::LOBBY, bodies)?;
    author.acknowledged()?;
    let painted = tab.answer(painted)?.as_f64().unwrap_or(f64::NAN);
    Ok(painted - clock.page_ms(sent))
}
