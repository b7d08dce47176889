//! Madang's server: relays and keeps messages, and serves the web page.
//!
//! A message goes one way: `gateway` (reads the frame) → `chat` (checks whether it is allowed)
//! → `store` (one commit) → `bus` (finds the subscribers) → `gateway` (writes to their
//! outboxes). See `docs/ARCHITECTURE.md`.

pub mod accounts;
pub mod admin;
pub mod bus;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod critical_tasks;
pub mod edge;
pub mod gateway;
mod hex;
pub mod http;
pub mod json_fields;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod names;
pub mod network;
pub mod network_limiter;
mod print_link;
pub mod server;
pub mod stop_signal;
pub mod store;
pub mod tls;
pub mod token_bucket;
