//! What the server's tests share: servers, people, clients.
//!
//! Everything goes over real sockets to a real database file. Nothing here sleeps: each wait is
//! for an event, and at most [`DEADLINE`] long.

#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

pub mod account;
pub mod authenticator;
pub mod command;
pub mod flood;
pub mod guest;
pub mod http;
pub mod identity_provider;
pub mod items;
pub mod json_schema;
pub mod mail_server;
pub mod mirror;
pub mod native;
pub mod passkey;
pub mod process;
pub mod questions;
pub mod raw;
pub mod server;
pub mod simple;
pub mod socket;
pub mod time;
pub mod totp_app;

use std::time::Duration;

/// How long an event may take on a busy machine. A test that passes never waits so long.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for an event.
///
/// # Panics
/// When it does not come within [`DEADLINE`].
pub async fn within<T>(what: &str, event: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(DEADLINE, event).await;
    waited.unwrap_or_else(|_| panic!("waited {DEADLINE:?} in vain for: {what}"))
}
