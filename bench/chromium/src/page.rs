//! A tab.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::devtools::DevTools;
use crate::event::{Event, Inbox};

/// The longest time for a tab's process to crash.
const CRASHING: Duration = Duration::from_secs(20);

/// A tab. Dropping it closes the tab.
pub struct Page {
    devtools: Arc<DevTools>,
    target: String,
    session: String,
    inbox: Arc<Inbox>,
}

impl Page {
    pub(crate) fn attach(devtools: Arc<DevTools>, target: String, session: String) -> Result<Self> {
        let inbox = devtools.inbox(&session);
        let page = Self {
            devtools,
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
        self.devtools.call(Some(&self.session), method, params)
    }

    /// Calls a method of the debugging protocol on this tab, without waiting for its answer.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn notify(&self, method: &str, params: Value) -> Result<()> {
        self.devtools.notify(&self.session, method, params)
    }

    /// Goes to an address; returns when its document starts to load.
    ///
    /// # Errors
    /// When it cannot be loaded.
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

    /// Makes the tab's process crash, and waits until it has.
    ///
    /// # Errors
    /// When it does not crash in time.
    pub fn crash(&self) -> Result<()> {
        self.call("Inspector.enable", json!({}))?;
        self.notify("Page.crash", json!({}))?;
        let crashed = |event: &Event| event.name == "Inspector.targetCrashed";
        self.wait_for_event(CRASHING, crashed)?;
        Ok(())
    }

    /// Runs a script in each document that is loaded from now on, before its own scripts.
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
    /// When it throws or is rejected, with the error.
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
            let message = described.or_else(|| thrown["text"].as_str());
            bail!("{}\n  in {expression}", message.unwrap_or("it threw"));
        }
        Ok(answer["result"]["value"].take())
    }

    /// Takes the events for which `wanted` is true.
    pub fn take_events(&self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        self.inbox.take(wanted)
    }

    /// Waits for an event for which `wanted` is true, and takes it.
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

    /// Takes a screenshot, as a PNG file.
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
        let _ = self.devtools.call(None, "Target.closeTarget", params);
        self.devtools.forget(&self.session);
    }
}
