//! Moving between addresses without leaving the page.
//!
//! A plain click on a link into the page changes the address and the [`Route`];
//! the socket, the state and the sidebar stay as they are. Back and Forward work
//! as everywhere.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MouseEvent};

use crate::browser;
use crate::route::Route;

thread_local! {
    // A page has one address; links are clicked where no owner is set.
    static ROUTE: Cell<Option<RwSignal<Route>>> = const { Cell::new(None) };
}

/// Starts to follow the address. Call once, at the root.
pub fn follow() -> Signal<Route> {
    let route = RwSignal::new(Route::parse(&browser::path()));
    ROUTE.set(Some(route));
    browser::on_window("popstate", |_| tell()).forever();
    browser::on_document("click", |event| {
        if let Some(path) = event.dyn_ref::<MouseEvent>().and_then(inner_link) {
            event.prevent_default();
            go(&path);
        }
    })
    .forever();
    route.into()
}

/// Goes to an address of the page; Back leads to the present one.
pub fn go(path: &str) {
    let same = browser::path() == path;
    if let Ok(history) = browser::window().history() {
        let _ = if same {
            history.replace_state_with_url(&JsValue::NULL, "", Some(path))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(path))
        };
    }
    tell();
}

/// Goes to an address in place of the present one.
pub fn replace(path: &str) {
    if let Ok(history) = browser::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
    tell();
}

fn tell() {
    if let Some(route) = ROUTE.get() {
        // Said even where it is the same: a link to a message that is marked already
        // leads there once more.
        let _ = route.try_set(Route::parse(&browser::path()));
    }
}

/// The path of the link into the page that was clicked plainly.
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
