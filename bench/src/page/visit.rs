//! Coming to the page on a slow phone with a poor line, for the first time and again.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::chromium::Chromium;
use super::figures::{Figure, figure, measure};
use super::fixture::LOBBY_WORDS;
use super::tab::Tab;
use crate::context::BenchContext;
use crate::report::Section;

/// How long a page may go on loading after it can be read.
const LOADING: Duration = Duration::from_secs(3);

const FIGURES: [Figure; 6] = [
    figure("first visit, over the wire, kB", "≤ 200"),
    figure("second visit, over the wire, kB", ""),
    figure("first paint, first visit, s", "≤ 0.6"),
    figure("first paint, second visit, s", "≤ 0.3"),
    figure("chat readable, first visit, s", "≤ 2"),
    figure("chat readable, second visit, s", "≤ 0.8"),
];

/// Measures.
///
/// # Errors
/// When server, browser or page do not do what they should.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.note(
        "with a session; first: an empty profile; second: the same profile, a new tab and process",
    );
    measure(context, section, &FIGURES, |stage, _| {
        let mut browser = Chromium::start(context)?;
        let first = visit(stage.visitor(&mut browser)?, &stage.origin)?;
        // The profile has the cookie now.
        let second = visit(browser.tab()?, &stage.origin)?;
        browser.end()?;
        let visits = [first, second];
        let [bytes, paint, readable]: [fn(&Visit) -> f64; 3] = [
            |visit| visit.wire_bytes / 1e3,
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
    wire_bytes: f64,
    // Both since the visit began.
    first_paint_ms: f64,
    readable_ms: f64,
}

fn visit(mut tab: Tab<'_>, origin: &str) -> Result<Visit> {
    tab.slow_down()?;
    tab.navigate(origin)?;
    let readable_ms = tab
        .number(&format!("__bench.row({LOBBY_WORDS:?})"))
        .context("no message to read")?;
    let first_paint_ms = tab.number("__bench.firstPaint()")?;
    tab.listen(LOADING)?;
    let wire_bytes = tab.take_wire_bytes();
    tab.close()?;
    Ok(Visit {
        wire_bytes,
        first_paint_ms,
        readable_ms,
    })
}
