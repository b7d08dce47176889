//! One tab: navigation, what is asked of the page, and how slow it is made.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::cdp::{Asked, Cdp};
use crate::load::session::Cookie;

/// The slow profile: the processor's slowdown, bytes per second, round trip.
const SLOWDOWN: u32 = 4;
const DOWN: u32 = 1_600_000 / 8;
const UP: u32 = 750_000 / 8;
const LATENCY_MS: u32 = 150;

/// Asks for the page's clock, to compare it with ours.
const CLOCK_QUESTIONS: usize = 40;

/// A tab of a browser.
pub struct Tab<'a> {
    cdp: &'a mut Cdp,
    session: String,
    target: String,
}

/// The page's clock (`performance.now()`) beside ours.
#[derive(Clone, Copy, Debug)]
pub struct PageClock {
    ours: Instant,
    page_ms: f64,
}

impl PageClock {
    /// One of our moments on the page's clock, in milliseconds.
    pub fn page_ms(&self, at: Instant) -> f64 {
        let after = at.saturating_duration_since(self.ours).as_secs_f64();
        let before = self.ours.saturating_duration_since(at).as_secs_f64();
        self.page_ms + (after - before) * 1e3
    }
}

impl<'a> Tab<'a> {
    /// Opens one, in a process of its own, with the watching script in whatever it loads.
    ///
    /// # Errors
    /// When the browser does not give one.
    pub fn open(cdp: &'a mut Cdp) -> Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned).context("no id");
        let created = cdp.call(
            None,
            "Target.createTarget",
            &json!({ "url": "about:blank" }),
        )?;
        let target = text(&created["targetId"])?;
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = cdp.call(None, "Target.attachToTarget", &attach)?;
        let session = text(&attached["sessionId"])?;
        let mut tab = Tab {
            cdp,
            session,
            target,
        };
        for domain in ["Page", "Runtime", "Network"] {
            tab.call(&format!("{domain}.enable"), &json!({}))?;
        }
        tab.call("Page.bringToFront", &json!({}))?;
        let watch = json!({ "source": include_str!("watch.js") });
        tab.call("Page.addScriptToEvaluateOnNewDocument", &watch)?;
        Ok(tab)
    }

    /// A command to this tab.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.cdp.call(Some(&self.session), method, params)
    }

    /// A command to this tab whose answer nobody needs.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn tell(&mut self, method: &str, params: &Value) -> Result<()> {
        self.cdp.tell(Some(&self.session), method, params)
    }

    /// The connection, for what does not concern one tab.
    pub fn cdp(&mut self) -> &mut Cdp {
        self.cdp
    }

    /// Puts a session's cookie in.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn set_cookie(&mut self, origin: &str, cookie: &Cookie) -> Result<()> {
        let cookie = json!({ "url": origin, "name": cookie.name, "value": cookie.value });
        let set = self.call("Network.setCookie", &cookie)?;
        match set["success"].as_bool() {
            Some(false) => bail!("the cookie was not taken"),
            _ => Ok(()),
        }
    }

    /// Slows processor and network down, as on a slow phone with a poor line.
    ///
    /// # Errors
    /// When the browser cannot.
    pub fn slow_down(&mut self) -> Result<()> {
        self.call(
            "Emulation.setCPUThrottlingRate",
            &json!({ "rate": SLOWDOWN }),
        )?;
        let network = json!({
            "offline": false,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN,
            "uploadThroughput": UP,
        });
        self.call("Network.emulateNetworkConditions", &network)?;
        Ok(())
    }

    /// Goes to an address, and is back once its document has begun.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn navigate(&mut self, url: &str) -> Result<()> {
        let went = self.call("Page.navigate", &json!({ "url": url }))?;
        match went["errorText"].as_str() {
            Some(error) => bail!("{url}: {error}"),
            None => Ok(()),
        }
    }

    /// What an expression gives in the page, once it is there if it is a promise.
    ///
    /// # Errors
    /// When it throws; with what the page has thrown by itself.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value> {
        let asked = self.ask(expression)?;
        self.answer(asked)
    }

    /// As [`Tab::evaluate`], for a number.
    ///
    /// # Errors
    /// Also when it is none.
    pub fn number(&mut self, expression: &str) -> Result<f64> {
        let value = self.evaluate(expression)?;
        value.as_f64().context(format!("{expression}: {value}"))
    }

    /// Begins to evaluate an expression.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn ask(&mut self, expression: &str) -> Result<Asked> {
        let params = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
        });
        self.cdp
            .ask(Some(&self.session), "Runtime.evaluate", &params)
    }

    /// What came of [`Tab::ask`].
    ///
    /// # Errors
    /// As [`Tab::evaluate`].
    pub fn answer(&mut self, asked: Asked) -> Result<Value> {
        let mut answer = self.cdp.answer(asked)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            bail!("{}{}", thrown_text(thrown), self.exceptions());
        }
        Ok(answer["result"]["value"].take())
    }

    /// What the page has thrown and nobody caught.
    fn exceptions(&mut self) -> String {
        let events = self.cdp.take_events("Runtime.exceptionThrown");
        let texts = events.iter().map(|event| {
            format!(
                "\n    the page threw: {}",
                thrown_text(&event.params["exceptionDetails"])
            )
        });
        texts.collect()
    }

    /// Takes what the browser tells for some time.
    ///
    /// # Errors
    /// When it is gone.
    pub fn listen(&mut self, time: Duration) -> Result<()> {
        self.cdp.listen(Instant::now() + time)
    }

    /// The bytes that came over the wire since this was asked last, headers included.
    pub fn take_wire_bytes(&mut self) -> f64 {
        let finished = self.cdp.take_events("Network.loadingFinished");
        let own = finished
            .iter()
            .filter(|event| event.session.as_ref() == Some(&self.session));
        own.filter_map(|event| event.params["encodedDataLength"].as_f64())
            .sum()
    }

    /// Compares the clocks: the quickest of several questions says best.
    ///
    /// # Errors
    /// When the page does not answer.
    pub fn clock(&mut self) -> Result<PageClock> {
        let mut best: Option<(Duration, PageClock)> = None;
        for _ in 0..CLOCK_QUESTIONS {
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

    /// Closes the tab.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn close(self) -> Result<()> {
        let target = json!({ "targetId": self.target });
        self.cdp.call(None, "Target.closeTarget", &target)?;
        Ok(())
    }
}

fn thrown_text(details: &Value) -> &str {
    details["exception"]["description"]
        .as_str()
        .or_else(|| details["exception"]["value"].as_str())
        .or_else(|| details["text"].as_str())
        .unwrap_or("something")
}
