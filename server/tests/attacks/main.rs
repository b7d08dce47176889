//! Attacks: hostile clients, and how much they delay other people.
//!
//! This is a test program of its own, so that no other test runs meanwhile. The server is the real
//! one, in its own process. The attackers run at a low priority, so that the test measures the
//! server and not the machine. `MADANG_ATTACK_SECONDS` makes each attack longer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod crowds;
mod pump;
mod pumps;
mod readers;
mod witness;

/// One test at a time: they would measure each other.
async fn alone() -> tokio::sync::MutexGuard<'static, ()> {
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    // As many connections as the system allows.
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current = limit.maximum;
    let _raised = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit);
    ALONE.lock().await
}
