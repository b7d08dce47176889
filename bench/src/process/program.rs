//! The programs that are measured.

use clap::ValueEnum;

/// A relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// Madang.
    Madang,
    /// An earlier build of Madang.
    Before,
    /// A chat on Node.js with the npm package `ws`.
    Ws,
    /// A chat on Bun.
    Bun,
    /// The simplest chat on axum.
    PlainAxum,
    /// The upper limit of this machine.
    Limit,
}

impl Program {
    /// The programs to compare with.
    pub const PEERS: [Program; 4] = [
        Program::Ws,
        Program::Bun,
        Program::PlainAxum,
        Program::Limit,
    ];

    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Program::Madang => "madang",
            Program::Before => "before",
            Program::Ws => "ws",
            Program::Bun => "bun",
            Program::PlainAxum => "plain axum",
            Program::Limit => "limit",
        }
    }

    /// Whether the sender receives its own messages.
    pub fn echoes(self) -> bool {
        matches!(self, Program::PlainAxum | Program::Limit)
    }
}
