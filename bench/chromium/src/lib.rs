//! Headless Chromium, driven over its debugging protocol: for the tests of the page
//! and for its benchmarks. Knows nothing of Madang.
//!
//! A [`Chromium`] is one process. Each [`Context`] in it has cookies and storage of
//! its own, like another person's browser; each [`Page`] is a tab. All calls block,
//! with a deadline; nothing here sleeps.
//!
//! The protocol runs over two pipes, so that the browser ends with the program that
//! started it, however that ends.

mod chromium;
mod context;
mod event;
mod input;
mod page;
mod screen;
mod wait;
mod wire;

pub use chromium::Chromium;
pub use context::Context;
pub use event::Event;
pub use input::{Key, Modifiers};
pub use page::Page;
pub use screen::{Network, Screen};
