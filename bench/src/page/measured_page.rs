//! A tab with the measuring script in it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chromium::{Chromium, Context, Event, Network, Page};
use serde_json::{Value, json};

use crate::context::BenchContext;
use crate::load::session::Cookie;

/// The size of the window.
const WINDOW: &str = "--window-size=1280,900";
/// A slow phone with a poor network: how much slower the processor is, 1.6 Mbit/s from the server and
/// 750 kbit/s to it, and the round trip.
const CPU_SLOWDOWN: u32 = 4;
const SLOW_NETWORK: Network = Network::Slow {
    latency_ms: 150,
    download: 1_600_000 / 8,
    upload: 750_000 / 8,
};
/// How many times to read the page's clock when comparing it with ours.
const CLOCK_READS: usize = 40;
/// An exception that the page did not catch.
const EXCEPTION: &str = "Runtime.exceptionThrown";
/// The end of a download, with its size.
const LOADED: &str = "Network.loadingFinished";

/// Starts the browser.
///
/// # Errors
/// When there is none, or it does not start.
pub fn start_browser(context: &BenchContext) -> Result<Chromium> {
    let program = context.chromium.as_deref().context("no Chromium")?;
    Chromium::launch_program(program, &[WINDOW], &json!({}))
}

/// A tab whose documents run `watch.js` first. Dropping it closes the tab.
pub struct MeasuredPage {
    page: Page,
}

/// The page's clock (`performance.now()`) beside ours.
#[derive(Clone, Copy, Debug)]
pub struct PageClock {
    ours: Instant,
    page_ms: f64,
}

impl PageClock {
    /// Converts one of our times to the page's clock, in milliseconds.
    pub fn page_ms(&self, at: Instant) -> f64 {
        let after = at.saturating_duration_since(self.ours).as_secs_f64();
        let before = self.ours.saturating_duration_since(at).as_secs_f64();
        self.page_ms + (after - before) * 1e3
    }
}

impl MeasuredPage {
    /// Opens an empty tab in front.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn open(browser: &Context) -> Result<Self> {
        let page = browser.page_in_front()?;
        page.call("Network.enable", json!({}))?;
        page.before_each_document(include_str!("watch.js"))?;
        Ok(MeasuredPage { page })
    }

    /// The tab.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Sets a session's cookie.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn set_cookie(&self, origin: &str, cookie: &Cookie) -> Result<()> {
        let cookie = json!({ "url": origin, "name": cookie.name, "value": cookie.value });
        let set = self.page.call("Network.setCookie", cookie)?;
        match set["success"].as_bool() {
            Some(false) => bail!("the browser refused the cookie"),
            _ => Ok(()),
        }
    }

    /// Emulates a slow phone with a poor network.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn slow_down(&self) -> Result<()> {
        self.page.set_cpu_slowdown(CPU_SLOWDOWN)?;
        self.page.set_network(SLOW_NETWORK)
    }

    /// Evaluates an expression; waits for the result if it is a promise.
    ///
    /// # Errors
    /// When it throws; with the uncaught exceptions of the page.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        let result = self.page.evaluate(expression);
        result.with_context(|| self.exceptions())
    }

    /// As [`MeasuredPage::evaluate`], for a number.
    ///
    /// # Errors
    /// Also when the result is not a number.
    pub fn number(&self, expression: &str) -> Result<f64> {
        let value = self.evaluate(expression)?;
        value.as_f64().context(format!("{expression}: {value}"))
    }

    fn exceptions(&self) -> String {
        let events = self.page.take_events(|event| event.name == EXCEPTION);
        let descriptions: Vec<&str> = events.iter().map(description).collect();
        match descriptions.as_slice() {
            [] => "the page threw nothing".to_owned(),
            descriptions => format!("the page threw: {}", descriptions.join("; ")),
        }
    }

    /// The bytes that were downloaded since the last call, headers included.
    pub fn take_downloaded_bytes(&self) -> f64 {
        let loaded = self.page.take_events(|event| event.name == LOADED);
        let sizes = loaded
            .iter()
            .filter_map(|event| event.params["encodedDataLength"].as_f64());
        sizes.sum()
    }

    /// Compares the clocks, by the fastest of several reads.
    ///
    /// # Errors
    /// When the page does not answer.
    pub fn clock(&self) -> Result<PageClock> {
        let mut best: Option<(Duration, PageClock)> = None;
        for _ in 0..CLOCK_READS {
            let asked = Instant::now();
            let page_ms = self.number("performance.now()")?;
            let took = asked.elapsed();
            let clock = PageClock {
                ours: asked + took / 2,
                page_ms,
            };
            if best.as_ref().is_none_or(|(best, _)| took < *best) {
                best = Some((took, clock));
            }
        }
        best.map(|(_, clock)| clock).context("no clock")
    }
}

fn description(event: &Event) -> &str {
    let details = &event.params["exceptionDetails"];
    details["exception"]["description"]
        .as_str()
        .or_else(|| details["exception"]["value"].as_str())
        .or_else(|| details["text"].as_str())
        .unwrap_or("an unknown exception")
}
