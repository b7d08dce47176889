//! Moving between addresses without leaving the page.
//!
//! A plain click on an internal link changes the address and the [`Route`]. The socket, the
//! state and the sidebar stay as they are. Back and Forward work as usual.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MouseEvent};

use crate::browser;
use crate::route::Route;

/// The state of a history entry that belongs to a drawer, not to an address.
const DRAWER: &str = "drawer";

thread_local! {
    // A page has one address, and links are clicked in handlers without a reactive owner.
    static ROUTE: Cell<Option<RwSignal<Route>>> = const { Cell::new(None) };
}

/// Starts to track the address. Call once, at the root.
pub fn follow() -> ReadSignal<Route> {
    let route = RwSignal::new(Route::parse(&browser::path()));
    ROUTE.set(Some(route));
    browser::on_window("popstate", |_| {
        // Leaving a drawer does not change the address.
        let known = ROUTE.get().and_then(|route| route.try_get_untracked());
        if known != Some(Route::parse(&browser::path())) {
            tell();
        }
    })
    .with_owner();
    browser::on_document("click", |event| {
        if let Some(path) = event.dyn_ref::<MouseEvent>().and_then(inner_link) {
            event.prevent_default();
            go(&path);
        }
    })
    .with_owner();
    route.read_only()
}

/// Goes to an address of the page; Back leads to the previous one.
pub fn go(path: &str) {
    let same = browser::path() == path;
    if let Ok(history) = browser::window().history() {
        let _ = if same && in_drawer() {
            Ok(())
        } else if same || in_drawer() {
            history.replace_state_with_url(&JsValue::NULL, "", Some(path))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(path))
        };
    }
    tell();
}

/// Whether the current history entry belongs to a drawer.
pub fn in_drawer() -> bool {
    let state = browser::window().history().and_then(|it| it.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(DRAWER))
}

/// A drawer was opened: adds a history entry, so that Back (`popstate`) closes it.
pub fn enter_drawer() {
    if !in_drawer()
        && let Ok(history) = browser::window().history()
    {
        let _ = history.push_state_with_url(&JsValue::from_str(DRAWER), "", None);
    }
}

/// A drawer was closed by other means than Back: removes its history entry, unless an
/// address has replaced it.
pub fn leave_drawer() {
    if in_drawer()
        && let Ok(history) = browser::window().history()
    {
        let _ = history.back();
    }
}

/// Replaces the current address.
pub fn replace(path: &str) {
    if let Ok(history) = browser::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
    tell();
}

fn tell() {
    if let Some(route) = ROUTE.get() {
        // Set even if it is the same: a link to the marked message leads there again.
        let _ = route.try_set(Route::parse(&browser::path()));
    }
}

/// The path of the internal link that was clicked without modifier keys.
fn inner_link(event: &MouseEvent) -> Option<String> {
    let plain = event.button() == 0
        && !event.default_prevented()
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if !plain {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href]").ok()??;
    if link.has_attribute("target") || link.has_attribute("download") {
        return None;
    }
    let path = link.get_attribute("href")?;
    let inner = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/api/");
    inner.then_some(path)
}
