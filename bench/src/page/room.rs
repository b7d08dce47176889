//! A room of 5,000 messages: opening it, the memory of the page, scrolling through it.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::figures::{Figure, figure, measure};
use super::fixture::{LARGE_WORDS, LOBBY_WORDS, PageFixture};
use super::measured_page::{MeasuredPage, start_browser};
use crate::context::BenchContext;
use crate::report::Section;

/// One step of the wheel, in pixels, and the time to the next step.
const WHEEL: i32 = -300;
const WHEEL_PAUSE: Duration = Duration::from_millis(16);
/// The longest time to scroll.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often to check whether the first message is on the screen.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);
/// How long the page is idle before its memory is read.
const SETTLE: Duration = Duration::from_secs(1);
/// The position of the pointer, in a window of 1,280 by 900.
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

/// Runs the benchmark.
///
/// # Errors
/// When server, browser or page do not work.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    measure(context, section, &FIGURES, |fixture, section| {
        let browser = start_browser(context)?;
        let page = fixture.open_room(&browser.profile(), "/rooms/1")?;
        let (first, again) = open_twice(fixture, &page)?;
        let memory = megabytes(&page)?;
        let scrolled = scroll(&page)?;
        if !scrolled.is_through {
            section.note(format!(
                "the first message was not reached within {} s",
                TIMEOUT.as_secs()
            ));
        }
        let memory_after = megabytes(&page)?;
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

/// The times from the click on the room's link to the paint of one of its rows, in milliseconds.
fn open_twice(fixture: &PageFixture, page: &MeasuredPage) -> Result<(f64, f64)> {
    let open = |path: &str, words: &str| {
        thread::sleep(SETTLE);
        page.number(&format!("__bench.open({path:?}, {words:?})"))
    };
    let large = format!("/rooms/{}", fixture.large);
    let first = open(&large, LARGE_WORDS)?;
    open("/rooms/1", LOBBY_WORDS)?;
    let again = open(&large, LARGE_WORDS)?;
    Ok((first, again))
}

/// The memory of the page's program after a garbage collection.
fn megabytes(page: &MeasuredPage) -> Result<f64> {
    thread::sleep(SETTLE);
    page.page().call("HeapProfiler.collectGarbage", json!({}))?;
    let heap = page.page().call("Runtime.getHeapUsage", json!({}))?;
    let heap = heap["usedSize"].as_f64().unwrap_or_default();
    Ok((heap + page.number("__bench.memory()")?) / 1e6)
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

/// Turns the wheel until the first message is on the screen.
fn scroll(page: &MeasuredPage) -> Result<Scrolled> {
    let started = Instant::now();
    let before = frames(page)?;
    page.evaluate("__bench.longestPause()")?;
    let mut is_through = false;
    let (mut next_step, mut checked) = (started, started);
    while !is_through && started.elapsed() < TIMEOUT {
        wheel(page)?;
        next_step += WHEEL_PAUSE;
        thread::sleep(next_step.saturating_duration_since(Instant::now()));
        if checked.elapsed() > CHECK_INTERVAL {
            checked = Instant::now();
            is_through = page.evaluate("__bench.isAt(1)")?.as_bool() == Some(true);
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let after = frames(page)?;
    Ok(Scrolled {
        frames_per_second: (after.frames - before.frames) * 1e3 / (after.now - before.now),
        longest_pause_ms: page.number("__bench.longestPause()")?,
        seconds,
        is_through,
    })
}

fn frames(page: &MeasuredPage) -> Result<FrameSplitter> {
    Ok(serde_json::from_value(page.evaluate("__bench.frames()")?)?)
}

fn wheel(page: &MeasuredPage) -> Result<()> {
    let (x, y) = POINTER;
    let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": WHEEL });
    // Without waiting for the answer, so that a busy page does not slow the wheel down.
    page.page().notify("Input.dispatchMouseEvent", event)
}
