//! Madang's server: relays and keeps messages, and serves the web page.
//!
//! A message goes one way: `gateway` (frames) → `chat` (may they?) → `store` (one
//! commit) → `bus` (who must know) → `gateway` (outboxes). See `docs/ARCHITECTURE.md`.

pub mod accounts;
pub mod admin;
pub mod app;
pub mod bus;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod expected;
pub mod gateway;
pub mod http;
pub mod listener;
pub mod logging;
pub mod meter;
pub mod names;
pub mod network;
pub mod server;
pub mod store;
pub mod vital;
