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

use i18n::Language;
use wasm_bindgen_futures::spawn_local;

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
    // No view is ever in two languages. If the texts do not come, it is in English.
    spawn_local(async move {
        i18n::load(language).await;
        leptos::mount::mount_to_body(App);
    });
}

/// A panic is a bug and leaves the program in an unknown state. It is logged, and the person
/// sees a banner with a reload button, which needs nothing of the program.
fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        components::failure::show();
    }));
}
