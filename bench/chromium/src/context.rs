//! Browser contexts: cookies, storage and tabs of one person.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::devtools::DevTools;
use crate::page::Page;

/// Cookies, storage and tabs of one person. Dropping it closes its tabs and deletes everything, except
/// for the context of the browser's profile.
pub struct Context {
    devtools: Arc<DevTools>,
    // `None` for the browser's profile.
    id: Option<String>,
}

impl Context {
    pub(crate) fn new(devtools: Arc<DevTools>) -> Result<Self> {
        let made = devtools.call(None, "Target.createBrowserContext", json!({}))?;
        let id = Some(text(&made, "browserContextId")?);
        Ok(Self { devtools, id })
    }

    pub(crate) fn of_profile(devtools: Arc<DevTools>) -> Self {
        Self { devtools, id: None }
    }

    /// Opens an empty tab in a new window, so that it and the other tabs are visible.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn page(&self) -> Result<Page> {
        self.open(true)
    }

    /// Opens an empty tab in front of the last window's other tabs, which are hidden after that.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn page_in_front(&self) -> Result<Page> {
        self.open(false)
    }

    /// Grants permissions for which a page would have to ask, such as `notifications`.
    ///
    /// # Errors
    /// When there is no such permission.
    pub fn grant(&self, origin: &str, permissions: &[&str]) -> Result<()> {
        let mut params = json!({ "origin": origin, "permissions": permissions });
        self.add_id(&mut params);
        self.devtools
            .call(None, "Browser.grantPermissions", params)?;
        Ok(())
    }

    fn add_id(&self, params: &mut Value) {
        if let Some(id) = &self.id {
            params["browserContextId"] = id.as_str().into();
        }
    }

    fn open(&self, new_window: bool) -> Result<Page> {
        let mut params = json!({ "url": "about:blank", "newWindow": new_window });
        self.add_id(&mut params);
        let target = self.devtools.call(None, "Target.createTarget", params)?;
        let target = text(&target, "targetId")?;
        let params = json!({ "targetId": target, "flatten": true });
        let attached = self.devtools.call(None, "Target.attachToTarget", params)?;
        Page::attach(
            Arc::clone(&self.devtools),
            target,
            text(&attached, "sessionId")?,
        )
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let Some(id) = &self.id else { return };
        let params = json!({ "browserContextId": id });
        let _ = self
            .devtools
            .call(None, "Target.disposeBrowserContext", params);
    }
}

fn text(answer: &Value, name: &str) -> Result<String> {
    let text = answer[name].as_str();
    Ok(text.with_context(|| format!("no {name}"))?.to_owned())
}
