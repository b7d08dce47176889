//! Other relays to compare with. They parse little and store nothing.
//!
//! Two are written in JavaScript (`ws.cjs`, `bun.js`) and need their runtimes. Two are part of
//! this program and are started as `bench peer NAME`. Each listens on a free port on loopback,
//! prints its address on one line as Madang does, and ends on SIGTERM.

mod limit;
mod listening;
mod plain_axum;

use anyhow::Result;
use clap::Subcommand;

/// The source of a chat with the npm package `ws`.
pub const WS: &str = include_str!("ws.cjs");
/// The source of a chat with Bun's publish/subscribe.
pub const BUN: &str = include_str!("bun.js");

/// The relays that are part of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum BuiltInRelay {
    /// The simplest chat on axum: a broadcast channel, and a task for each direction.
    PlainAxum,
    /// The upper limit of this machine: everything that arrives is written to all, unparsed and in
    /// as few writes as possible.
    Limit,
}

impl BuiltInRelay {
    /// Serves until the process is ended.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn serve(self) -> Result<()> {
        match self {
            BuiltInRelay::PlainAxum => plain_axum::serve(),
            BuiltInRelay::Limit => limit::serve(),
        }
    }
}
