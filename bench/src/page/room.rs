//! A room of 5,000 messages: opening it, what the page needs for it, scrolling through it.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::chromium::Chromium;
use super::figures::{Figure, figure, measure};
use super::fixture::{LARGE_WORDS, LOBBY_WORDS, PageFixture};
use super::tab::Tab;
use crate::context::BenchContext;
use crate::report::Section;

/// One turn of the wheel, in pixels, and the time to the next one.
const WHEEL: i32 = -300;
const WHEEL_PAUSE: Duration = Duration::from_millis(16);
/// How long to scroll at most.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often to ask whether the room's beginning is there.
const ASKING: Duration = Duration::from_millis(500);
/// How long the page is left alone before its memory is read.
const SETTLE: Duration = Duration::from_secs(1);
/// Where the pointer is, in a window of 1,280 by 900.
const POINTER: (u32, u32) = (640, 450);

const FIGURES: [Figure; 7] = [
    figure("open it for the first time, ms", "≤ 50"),
    figure("open it again, ms", ""),
    figure("memory in it, JS heap + wasm, MB", "≤ 8"),
    figure("the same after scrolling through, MB", ""),
    figure("wheel scroll, frames/s", "≥ 58"),
    figure("wheel scroll, longest pause between frames, ms", ""),
    figure("wheel scroll, seconds to the first message", ""),
];

/// Measures.
///
/// # Errors
/// When server, browser or page do not do what they should.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    measure(context, section, &FIGURES, |stage, section| {
        let mut browser = Chromium::start(context)?;
        let mut tab = stage.show(&mut browser, "/rooms/1")?;
        let (first, again) = open_twice(stage, &mut tab)?;
        let memory = megabytes(&mut tab)?;
        let scrolled = scroll(&mut tab)?;
        if !scrolled.is_through {
            section.note(format!(
                "the first message was not reached within {} s",
                PATIENCE.as_secs()
            ));
        }
        let memory_after = megabytes(&mut tab)?;
        tab.close()?;
        browser.end()?;
        Ok([
            Some(first),
            Some(again),
            Some(memory),
            Some(memory_after),
            Some(scrolled.frames_per_second),
            Some(scrolled.longest_pause_ms),
            scrolled.is_through.then_some(scrolled.seconds),
        ])
    })
}

/// Milliseconds from the click on the room's link to the paint of a row of it.
fn open_twice(stage: &PageFixture, tab: &mut Tab<'_>) -> Result<(f64, f64)> {
    let mut open = |path: &str, words: &str| {
        tab.listen(SETTLE)?;
        tab.number(&format!("__bench.open({path:?}, {words:?})"))
    };
    let large = format!("/rooms/{}", stage.large);
    let first = open(&large, LARGE_WORDS)?;
    open("/rooms/1", LOBBY_WORDS)?;
    let again = open(&large, LARGE_WORDS)?;
    Ok((first, again))
}

/// What the page's program needs, after the garbage is gone.
fn megabytes(tab: &mut Tab<'_>) -> Result<f64> {
    tab.listen(SETTLE)?;
    tab.call("HeapProfiler.collectGarbage", &json!({}))?;
    let heap = tab.call("Runtime.getHeapUsage", &json!({}))?;
    let heap = heap["usedSize"].as_f64().unwrap_or_default();
    Ok((heap + tab.number("__bench.memory()")?) / 1e6)
}

struct Scrolled {
    frames_per_second: f64,
    longest_pause_ms: f64,
    seconds: f64,
    is_through: bool,
}

#[derive(Deserialize)]
struct FrameSplitter {
    frames: f64,
    now: f64,
}

/// Turns the wheel towards the beginning until the first message is on the screen.
fn scroll(tab: &mut Tab<'_>) -> Result<Scrolled> {
    let begun = Instant::now();
    let before = frames(tab)?;
    tab.evaluate("__bench.longestPause()")?;
    let mut is_through = false;
    let (mut turn, mut asked) = (begun, begun);
    while !is_through && begun.elapsed() < PATIENCE {
        wheel(tab)?;
        turn += WHEEL_PAUSE;
        tab.listen(turn.saturating_duration_since(Instant::now()))?;
        if asked.elapsed() > ASKING {
            asked = Instant::now();
            is_through = tab.evaluate("__bench.isAt(1)")?.as_bool() == Some(true);
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let after = frames(tab)?;
    Ok(Scrolled {
        frames_per_second: (after.frames - before.frames) * 1e3 / (after.now - before.now),
        longest_pause_ms: tab.number("__bench.longestPause()")?,
        seconds,
        is_through,
    })
}

fn frames(tab: &mut Tab<'_>) -> Result<FrameSplitter> {
    Ok(serde_json::from_value(tab.evaluate("__bench.frames()")?)?)
}

fn wheel(tab: &mut Tab<'_>) -> Result<()> {
    let (x, y) = POINTER;
    let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": WHEEL });
    tab.tell("Input.dispatchMouseEvent", &event)
}
