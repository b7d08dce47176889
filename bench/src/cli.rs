//! The command line.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::peer::Peer;
use crate::process::program::Program;

/// Measures a finished Madang: the relay under load, the page in Chromium.
#[derive(Debug, Parser)]
#[command(
    name = "bench",
    about,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to measure, such as `relay`, `relay.flood` or `page`; everything unless named.
    pub names: Vec<String>,

    /// Print what can be measured, and measure nothing.
    #[arg(long)]
    pub list: bool,

    /// Write the figures, each repetition's too, to this file.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Draw the comparisons into this file.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// How long load is put on for one figure of one repetition.
    #[arg(long, default_value = "3")]
    pub seconds: NonZeroU32,

    /// How often everything is measured; the table shows medians, and min–max.
    #[arg(long, default_value = "3")]
    pub repetitions: NonZeroUsize,

    /// Where several programs are compared, only these; all of them unless named.
    #[arg(long = "with", value_name = "PROGRAM")]
    pub programs: Vec<Program>,

    /// An earlier build of the server, measured in turn with the present one.
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,

    /// The server program.
    #[arg(
        long,
        env = "MADANG_BENCH_SERVER",
        value_name = "FILE",
        default_value = "target/release/madang"
    )]
    pub server: PathBuf,

    /// Where the servers' data lies, and so which disk is measured; beside the server
    /// program unless set.
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// Where npm has put the relays to compare with; without it, those are missing.
    #[arg(long, env = "MADANG_BENCH_PEERS", value_name = "FOLDER")]
    pub peers: Option<PathBuf>,

    /// The browser; looked for on PATH unless set.
    #[arg(long, env = "MADANG_TEST_CHROMIUM", value_name = "FILE")]
    pub chromium: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What else this program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Be a relay to compare with.
    Peer {
        /// Which one.
        #[command(subcommand)]
        peer: Peer,
    },
}
