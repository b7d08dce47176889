//! Relays to compare with, that parse little and store nothing.
//!
//! Two are written in JavaScript (`ws.cjs`, `bun.js`) and need their run-times; two are
//! part of this program and are started as `bench peer NAME`. Each listens on a free
//! port of loopback, says so on a line like Madang's, and ends when it is told to.

mod limit;
mod plain_axum;

use anyhow::Result;
use clap::Subcommand;

/// A chat on npm's `ws`.
pub const WS: &str = include_str!("ws.cjs");
/// A chat on Bun's publish/subscribe.
pub const BUN: &str = include_str!("bun.js");

/// The peers in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Peer {
    /// The obvious chat on axum: a broadcast channel, and a task for each direction.
    PlainAxum,
    /// The most that this machine gives: what came is written to all, in as few writes
    /// as possible, without a look at it.
    Limit,
}

impl Peer {
    /// Serves until the process is ended.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn serve(self) -> Result<()> {
        match self {
            Peer::PlainAxum => plain_axum::serve(),
            Peer::Limit => limit::serve(),
        }
    }
}

fn say_address(address: std::net::SocketAddr) {
    println!("listening on http://{address}");
}
