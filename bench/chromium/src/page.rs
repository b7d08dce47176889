//! A tab.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::event::{Event, Inbox};
use crate::wire::Wire;

/// How long a tab's program may take to crash.
const CRASHING: Duration = Duration::from_secs(20);

/// A tab. Dropping it closes it.
pub struct Page {
    wire: Arc<Wire>,
    target: String,
    session: String,
    inbox: Arc<Inbox>,
}

impl Page {
    pub(crate) fn attach(wire: Arc<Wire>, target: String, session: String) -> Result<Self> {
        let inbox = wire.inbox(&session);
        let page = Self {
            wire,
            target,
            session,
            inbox,
        };
        for domain in ["Page", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}))?;
        }
        Ok(page)
    }

    /// Calls a method of the debugging protocol on this tab.
    ///
    /// # Errors
    /// When the browser refuses, or has gone.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.wire.call(Some(&self.session), method, params)
    }

    /// Goes to an address and waits until its document is there.
    ///
    /// # Errors
    /// When nobody answers there.
    pub fn go(&self, address: &str) -> Result<()> {
        let answer = self.call("Page.navigate", json!({ "url": address }))?;
        if let Some(error) = answer["errorText"].as_str() {
            bail!("cannot go to {address}: {error}");
        }
        Ok(())
    }

    /// Loads the present document again.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn reload(&self) -> Result<()> {
        self.call("Page.reload", json!({}))?;
        Ok(())
    }

    /// Has the tab's program crash, and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub fn crash(&self) -> Result<()> {
        self.call("Inspector.enable", json!({}))?;
        self.wire.tell(&self.session, "Page.crash")?;
        let crashed = |event: &Event| event.name == "Inspector.targetCrashed";
        self.wait_for_event(CRASHING, crashed)?;
        Ok(())
    }

    /// Runs a script before those of each document that is loaded from now on.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn before_each_document(&self, script: &str) -> Result<()> {
        let params = json!({ "source": script });
        self.call("Page.addScriptToEvaluateOnNewDocument", params)?;
        Ok(())
    }

    /// The value of an expression, which may be a promise.
    ///
    /// # Errors
    /// When it throws or is rejected, with what was thrown.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        let params = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let mut answer = self.call("Runtime.evaluate", params)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            let described = thrown["exception"]["description"].as_str();
            let said = described.or_else(|| thrown["text"].as_str());
            bail!("{}\n  in {expression}", said.unwrap_or("it threw"));
        }
        Ok(answer["result"]["value"].take())
    }

    /// Takes the events so far that `wanted` picks.
    pub fn take_events(&self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        self.inbox.take(wanted)
    }

    /// Waits for an event that `wanted` picks, and takes it.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn wait_for_event(
        &self,
        within: Duration,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<Event> {
        let event = self.inbox.wait(within, wanted);
        event.context("the event did not come in time")
    }

    /// What is to be seen, as a PNG file.
    ///
    /// # Errors
    /// When the browser cannot paint.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }))?;
        let data = shot["data"].as_str().context("no picture")?;
        Ok(STANDARD.decode(data)?)
    }

    /// Brings the tab to the front of its window.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn bring_to_front(&self) -> Result<()> {
        self.call("Page.bringToFront", json!({}))?;
        Ok(())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let params = json!({ "targetId": self.target });
        let _ = self.wire.call(None, "Target.closeTarget", params);
        self.wire.forget(&self.session);
    }
}
