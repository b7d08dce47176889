//! Visits of the page on a slow phone with a poor network, for the first time and again.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::figures::{Figure, figure, measure};
use super::fixture::LOBBY_WORDS;
use super::measured_page::{MeasuredPage, start_browser};
use crate::context::BenchContext;
use crate::report::Section;

/// How long a page may continue to load after it can be read.
const LOADING: Duration = Duration::from_secs(3);

const FIGURES: [Figure; 6] = [
    figure("first visit, over the wire, kB", "≤ 200"),
    figure("second visit, over the wire, kB", ""),
    figure("first paint, first visit, s", "≤ 0.6"),
    figure("first paint, second visit, s", "≤ 0.3"),
    figure("chat readable, first visit, s", "≤ 2"),
    figure("chat readable, second visit, s", "≤ 0.8"),
];

/// Runs the benchmark.
///
/// # Errors
/// When server, browser or page do not work.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note(
        "with a session; first: an empty profile; second: the same profile, a new tab and process",
    );
    measure(context, section, &FIGURES, |fixture, _| {
        let browser = start_browser(context)?;
        let profile = browser.profile();
        let first = visit(&fixture.signed_in_page(&profile)?, &fixture.origin)?;
        // The profile has the cookie now.
        let second = visit(&MeasuredPage::open(&profile)?, &fixture.origin)?;
        let visits = [first, second];
        let [bytes, paint, readable]: [fn(&Visit) -> f64; 3] = [
            |visit| visit.downloaded_bytes / 1e3,
            |visit| visit.first_paint_ms / 1e3,
            |visit| visit.readable_ms / 1e3,
        ];
        let of = |what: fn(&Visit) -> f64, index: usize| Some(what(&visits[index]));
        Ok([
            of(bytes, 0),
            of(bytes, 1),
            of(paint, 0),
            of(paint, 1),
            of(readable, 0),
            of(readable, 1),
        ])
    })
}

struct Visit {
    downloaded_bytes: f64,
    // Both since the start of the visit.
    first_paint_ms: f64,
    readable_ms: f64,
}

fn visit(page: &MeasuredPage, origin: &str) -> Result<Visit> {
    page.slow_down()?;
    page.page().go(origin)?;
    let readable_ms = page
        .number(&format!("__bench.row({LOBBY_WORDS:?})"))
        .context("no message to read")?;
    let first_paint_ms = page.number("__bench.firstPaint()")?;
    thread::sleep(LOADING);
    Ok(Visit {
        downloaded_bytes: page.take_downloaded_bytes(),
        first_paint_ms,
        readable_ms,
    })
}
