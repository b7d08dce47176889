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

/// Mounts the page.
pub fn start() {
    catch_panics();
    leptos::mount::mount_to_body(App);
}

/// A panic is a bug and leaves the program in an unknown state. It is logged, and the person
/// sees a banner with a reload button, which needs nothing of the program.
fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        components::failure::show();
    }));
}
