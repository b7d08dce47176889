//! One person's browser within the browser.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::page::Page;
use crate::wire::Wire;

/// Cookies, storage and tabs of one person. Dropping it closes its tabs and forgets
/// everything.
pub struct Context {
    wire: Arc<Wire>,
    id: String,
}

impl Context {
    pub(crate) fn new(wire: Arc<Wire>) -> Result<Self> {
        let made = wire.call(None, "Target.createBrowserContext", json!({}))?;
        let id = text(&made, "browserContextId")?;
        Ok(Self { wire, id })
    }

    /// Opens an empty tab in a window of its own, so that both it and the others are
    /// visible.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn page(&self) -> Result<Page> {
        self.open(true)
    }

    /// Opens an empty tab in front of the last window's other tabs, which are hidden
    /// from then on.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn page_in_front(&self) -> Result<Page> {
        self.open(false)
    }

    /// Allows what a page would have to ask for, such as `notifications`.
    ///
    /// # Errors
    /// When there is no such permission.
    pub fn grant(&self, origin: &str, permissions: &[&str]) -> Result<()> {
        let params = json!({
            "origin": origin, "browserContextId": self.id, "permissions": permissions,
        });
        self.wire.call(None, "Browser.grantPermissions", params)?;
        Ok(())
    }

    fn open(&self, new_window: bool) -> Result<Page> {
        let params = json!({
            "url": "about:blank", "browserContextId": self.id, "newWindow": new_window,
        });
        let target = self.wire.call(None, "Target.createTarget", params)?;
        let target = text(&target, "targetId")?;
        let params = json!({ "targetId": target, "flatten": true });
        let attached = self.wire.call(None, "Target.attachToTarget", params)?;
        Page::attach(
            Arc::clone(&self.wire),
            target,
            text(&attached, "sessionId")?,
        )
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let params = json!({ "browserContextId": self.id });
        let _ = self.wire.call(None, "Target.disposeBrowserContext", params);
    }
}

fn text(answer: &Value, name: &str) -> Result<String> {
    let text = answer[name].as_str();
    Ok(text.with_context(|| format!("no {name}"))?.to_owned())
}
