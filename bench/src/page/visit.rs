//! Visits of the page on a slow phone with a poor network: a first one, with the name typed as soon
//! as there is a field for it, and a later one.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chromium::{Key, Modifiers};
use serde::Deserialize;
use serde_json::json;
use shared::id::RoomId;

use super::figures::{Figure, figure, measure};
use super::fixture::PageFixture;
use super::measured_page::{MeasuredPage, start_browser};
use crate::context::BenchContext;
use crate::load::message;
use crate::report::Section;

/// How long a page may continue to load after it can be read.
const LOADING: Duration = Duration::from_secs(3);
/// The longest time for something to be painted.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The name that is typed.
const NAME: &str = "Sunny";
/// The size of the message that is posted during a later visit, in bytes.
const BODY: usize = 40;

const FIGURES: [Figure; 9] = [
    figure("first visit, over the wire, kB", "≤ 235"),
    figure("first visit, first paint, s", "≤ 0.6"),
    figure("first visit, a key typed into the form is kept, s", "≤ 0.7"),
    figure("first visit, name typed, words painted, s", "≤ 2.5"),
    figure("later visit, over the wire, kB", ""),
    figure("later visit, first paint, s", "≤ 0.3"),
    figure("later visit, words painted, s", "≤ 0.6"),
    figure("later visit, live, s", "≤ 1.3"),
    figure("longest task in both, ms (0: none over 50)", "≤ 200"),
];

/// Runs the benchmark.
///
/// # Errors
/// When server, browser or page do not work.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note("times since navigation; words: of a message, in the first frame that shows them");
    section.note(
        "first: an empty profile, the name typed without a pause once its field is painted; \
         later: the same profile, a new tab and process",
    );
    section.note("live: a message that was posted as the visit began is painted");
    let mut next_mark = 0;
    measure(context, section, &FIGURES, |fixture, _| {
        let browser = start_browser(context)?;
        let profile = browser.profile();
        let first = first_visit(&MeasuredPage::open(&profile)?, &fixture.origin)?;
        next_mark += 1;
        let later = later_visit(&MeasuredPage::open(&profile)?, fixture, next_mark)?;
        Ok([
            Some(first.loaded.bytes / 1e3),
            Some(first.paint_ms / 1e3),
            Some(first.key_ms / 1e3),
            Some(first.words_ms / 1e3),
            Some(later.loaded.bytes / 1e3),
            Some(later.paint_ms / 1e3),
            Some(later.words_ms / 1e3),
            Some(later.live_ms / 1e3),
            Some(first.loaded.task_ms.max(later.loaded.task_ms)),
        ])
    })
}

/// The times of a first visit, in milliseconds since navigation.
struct FirstVisit {
    paint_ms: f64,
    key_ms: f64,
    words_ms: f64,
    loaded: Loaded,
}

/// The times of a later visit, in milliseconds since navigation.
struct LaterVisit {
    paint_ms: f64,
    words_ms: f64,
    live_ms: f64,
    loaded: Loaded,
}

/// What a visit cost in all.
struct Loaded {
    bytes: f64,
    task_ms: f64,
}

/// The form, as soon as it is painted.
#[derive(Deserialize)]
struct PaintedForm {
    x: f64,
    y: f64,
    /// When its document began, in milliseconds since 1970.
    began: f64,
}

fn first_visit(page: &MeasuredPage, origin: &str) -> Result<FirstVisit> {
    page.slow_down()?;
    page.page().go(origin)?;
    let form = page.page().wait_for("__bench.form()", TIMEOUT)?;
    let form: PaintedForm = serde_json::from_value(form)?;
    type_name(page, &form)?;
    let key_ms = time(page, "__bench.firstKey()")? - form.began;
    let paint_ms = page.number("__bench.firstPaint()")?;
    // The form may lead to another document.
    let task_ms = page.number("__bench.longestTask()")?;
    page.page().press(Key::Enter, Modifiers::NONE)?;
    let words_ms = time(page, "__bench.firstWords()")? - form.began;
    let kept = page.evaluate(&format!("document.body.innerText.includes({NAME:?})"))?;
    ensure!(kept == true, "what was typed into the form was lost");
    let mut loaded = loaded(page)?;
    loaded.task_ms = loaded.task_ms.max(task_ms);
    // As someone who leaves: the page has a chance to keep what it needs.
    page.page().go("about:blank")?;
    Ok(FirstVisit {
        paint_ms,
        key_ms,
        words_ms,
        loaded,
    })
}

/// Clicks into the field and types the name, without waiting for the page between the keys.
fn type_name(page: &MeasuredPage, form: &PaintedForm) -> Result<()> {
    for kind in ["mousePressed", "mouseReleased"] {
        let click = json!({
            "type": kind, "x": form.x, "y": form.y, "button": "left", "clickCount": 1,
        });
        page.page().notify("Input.dispatchMouseEvent", click)?;
    }
    for letter in NAME.chars() {
        for kind in ["keyDown", "keyUp"] {
            let mut key = json!({ "type": kind, "key": letter });
            if kind == "keyDown" {
                key["text"] = letter.to_string().into();
            }
            page.page().notify("Input.dispatchKeyEvent", key)?;
        }
    }
    Ok(())
}

fn later_visit(page: &MeasuredPage, fixture: &PageFixture, mark: u64) -> Result<LaterVisit> {
    let mut writer = fixture.writer()?;
    page.slow_down()?;
    writer.post(RoomId::LOBBY, vec![message::marked(mark, BODY)])?;
    page.page().go(&fixture.origin)?;
    let words = time(page, "__bench.firstWords()")?;
    let mark = message::marked(mark, 0);
    let live = time(page, &format!("__bench.paintedAt({mark:?})"))?;
    let began = page.number("__bench.began()")?;
    Ok(LaterVisit {
        paint_ms: page.number("__bench.firstPaint()")?,
        words_ms: words - began,
        live_ms: live - began,
        loaded: loaded(page)?,
    })
}

/// Waits for a moment of the page, in milliseconds since 1970.
fn time(page: &MeasuredPage, expression: &str) -> Result<f64> {
    let moment = page.page().wait_for(expression, TIMEOUT)?;
    moment.as_f64().context("not a time")
}

fn loaded(page: &MeasuredPage) -> Result<Loaded> {
    thread::sleep(LOADING);
    Ok(Loaded {
        bytes: page.take_downloaded_bytes(),
        task_ms: page.number("__bench.longestTask()")?,
    })
}
