//! Madang's page: a Leptos client that is rendered in the browser.
//!
//! `socket` keeps a line to the server, `state` knows what is true and what a
//! person may do, `pages` and `components` show it, `i18n` has the words. The pure
//! rules among them (retry delays, composition of Hangul and kana, the rendered
//! window) compile and are tested natively.

mod api;
pub mod browser;
pub mod components;
pub mod i18n;
pub mod navigation;
pub mod route;
pub mod socket;
pub mod state;

/// Mounts the page.
pub fn start() {}
