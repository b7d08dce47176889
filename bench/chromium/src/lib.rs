//! Drives headless Chromium through its debugging protocol, for the tests and the benchmarks of the
//! page. This crate knows nothing about Madang.
//!
//! A [`Chromium`] is one process. A [`Context`] in it has cookies and storage of its own, like the
//! browser of another person; a [`Page`] is a tab. All calls block, with a deadline; nothing here
//! sleeps.
//!
//! The protocol uses two pipes, so that the browser exits with the program that started it, even
//! when that program is killed.

mod chromium;
mod context;
mod devtools;
mod event;
mod input;
mod lock;
mod page;
mod screen;
mod wait;

pub use chromium::Chromium;
pub use context::Context;
pub use event::Event;
pub use input::{Key, Modifiers};
pub use page::Page;
pub use screen::{Network, Screen};
