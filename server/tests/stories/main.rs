//! Stories over real sockets and a real file: what people and programs do with a
//! server, and what must come of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod admin;
mod backpressure;
mod backup;
mod connections;
mod edits;
mod epochs;
mod frames;
mod full;
mod heartbeat;
mod history;
mod marks;
mod names;
mod people;
mod rate;
mod requests;
mod resume;
mod retry;
mod returning;
mod rooms;
mod sessions;
mod stalled;
mod start;
mod stop;
mod talk;
mod texts;
mod wire;
