//! Moving between addresses without leaving the page.
//!
//! A plain click on an internal link changes the address and the [`Route`]. The socket, the
//! state and the sidebar stay as they are. Back and Forward work as usual.
//!
//! What is open over the page (a drawer, a dialog) has history entries on top of the address's
//! own, one each, so that Back closes it. The state of such an entry is its number, from 1.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MouseEvent};

use crate::browser;
use crate::route::Route;
use crate::wire;

/// How long going back may take.
const LONGEST_WAY_BACK: Duration = Duration::from_secs(1);

thread_local! {
    // A page has one address, and links are clicked in handlers without a reactive owner.
    static ROUTE: Cell<Option<RwSignal<Route>>> = const { Cell::new(None) };
    // The browser goes back asynchronously. Until `popstate`, addresses wait.
    static GOES_BACK: Cell<bool> = const { Cell::new(false) };
    static NEXT: Cell<Option<String>> = const { Cell::new(None) };
}

/// Starts to track the address. Call once, at the root.
pub fn follow() -> ReadSignal<Route> {
    let route = RwSignal::new(Route::parse(&browser::path()));
    ROUTE.set(Some(route));
    browser::on_window("popstate", |_| {
        if has_gone_back() {
            return;
        }
        // Closing a drawer or a dialog does not change the address.
        let known = ROUTE.get().and_then(|route| route.try_get_untracked());
        if known != Some(Route::parse(&browser::path())) {
            update_route();
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
    let depth = overlay_depth();
    if GOES_BACK.get() || depth > 1 {
        NEXT.set(Some(path.to_owned()));
        // The address replaces the first entry that belongs to no address.
        return go_back(depth - 1);
    }
    let same = browser::path() == path;
    if let Ok(history) = browser::window().history() {
        let _ = if same && depth > 0 {
            Ok(())
        } else if same || depth > 0 {
            history.replace_state_with_url(&JsValue::NULL, "", Some(path))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(path))
        };
    }
    update_route();
}

/// How many open things the current history entry stands for.
pub fn overlay_depth() -> i32 {
    let state = browser::window().history().and_then(|it| it.state());
    // Whole numbers up to two.
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    state.map_or(0, |state| state.as_f64().unwrap_or_default() as i32)
}

/// So many things are open over the page now: adds their history entries, or goes back over those
/// of closed ones, unless an address has replaced them.
pub fn set_overlay_depth(wanted: i32) {
    let depth = overlay_depth();
    if let Ok(history) = browser::window().history() {
        for depth in depth + 1..=wanted {
            let _ = history.push_state_with_url(&JsValue::from(depth), "", None);
        }
    }
    go_back(depth - wanted);
}

fn go_back(steps: i32) {
    if steps > 0
        && !GOES_BACK.replace(true)
        && let Ok(history) = browser::window().history()
    {
        let _ = history.go_with_delta(-steps);
        // If the browser ignores it, links still work.
        browser::after(LONGEST_WAY_BACK, || {
            has_gone_back();
        });
    }
}

/// The browser has gone back. Goes to the address that has waited; returns whether there was one.
fn has_gone_back() -> bool {
    GOES_BACK.set(false);
    let next = NEXT.take();
    if let Some(path) = &next {
        go(path);
    }
    next.is_some()
}

/// Replaces the current address.
pub fn replace(path: &str) {
    if let Ok(history) = browser::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
    update_route();
}

/// The path of an address that leads to a room of this page, or to a message in it.
pub fn path_of(address: &str) -> Option<&str> {
    let origin = browser::window().location().origin().ok()?;
    let path = address.strip_prefix(&*origin)?;
    Route::parse(path).room().map(|_| path)
}

/// Why the server refused the form of the first paint, if the address says so; it is removed
/// from the address.
pub fn take_refused() -> Option<ErrorCode> {
    let search = browser::window().location().search().ok()?;
    let code = search.strip_prefix("?refused=")?;
    replace(&browser::path());
    wire::from_str(&format!("\"{code}\"")).ok()
}

fn update_route() {
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
