//! Peers that do their worst: what they send, how much of it, and what the others notice.
//!
//! A program of its own, so that nothing else of the tests is at work meanwhile. The server is
//! the real one, in a process of its own; the attackers are niced, so that the server is
//! measured and not the machine. `MADANG_ATTACK_SECONDS` makes each attack longer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

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
