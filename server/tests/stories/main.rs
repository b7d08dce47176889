//! Stories over real sockets and a real file: what people and programs do with a
//! server, and what must come of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod talk;
