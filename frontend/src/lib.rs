//! Madang's page: a Leptos client that is rendered in the browser.
//!
//! `socket` keeps a connection to the server, `state` holds what the page knows and acts on
//! it, `components` and `pages` show it, `i18n` holds the texts, `piece` loads the parts of the
//! program that are not needed at the start. The pure parts (retry
//! delays, input methods, the rendered range) are tested natively.

mod api;
mod app;
pub mod browser;
pub mod components;
pub mod i18n;
pub mod navigation;
mod pages;
pub mod piece;
pub mod route;
pub mod socket;
pub mod state;
mod view;
mod wire;

pub use app::App;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use i18n::Language;
use wasm_bindgen_futures::spawn_local;

/// How long the page waits for the texts of its language before it comes in English. It speaks the
/// language as soon as its texts are here.
const LONGEST_WAIT_FOR_TEXTS: Duration = Duration::from_secs(4);

/// Mounts the page.
pub fn start() {
    catch_panics();
    // `first.js` has set it.
    let root = browser::document().document_element();
    let tag = root.and_then(|root| root.get_attribute("lang"));
    let language = Language::pick(tag.as_deref());
    if i18n::is_here(language) {
        leptos::mount::mount_to_body(App);
        return;
    }
    // A view that begins in the right language does not change under the reader's eyes.
    let is_due = Rc::new(Cell::new(true));
    let late = Rc::clone(&is_due);
    browser::after(LONGEST_WAIT_FOR_TEXTS, move || mount_once(&late));
    spawn_local(async move {
        i18n::load(language).await;
        mount_once(&is_due);
    });
}

fn mount_once(is_due: &Cell<bool>) {
    if is_due.replace(false) {
        leptos::mount::mount_to_body(App);
    }
}

/// A panic is a bug and leaves the program in an unknown state. It is logged, and the person
/// sees a banner with a reload button, which needs nothing of the program.
fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        components::failure::show();
    }));
}
