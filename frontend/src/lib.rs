//! Madang's page: a Leptos client that is rendered in the browser.
//!
//! `socket` keeps a line to the server, `state` knows what is true and what a
//! person may do, `pages` and `components` show it, `i18n` has the words. The pure
//! rules among them (retry delays, composition of Hangul and kana, the rendered
//! window) compile and are tested natively.

mod api;
mod app;
pub mod browser;
pub mod components;
pub mod i18n;
pub mod navigation;
mod pages;
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

/// A panic is a mistake of ours, and leaves the program in an unknown state: it is
/// logged, and the person gets a way on that needs nothing of the program.
fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        components::failure::show();
    }));
}
