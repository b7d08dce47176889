//! The command line.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::peer::BuiltInRelay;
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
    /// What to measure, such as `relay`, `relay.flood` or `page`; everything by default.
    pub names: Vec<String>,

    /// Print the names of all benchmarks and exit.
    #[arg(long)]
    pub list: bool,

    /// Write the figures, also those of each repetition, to this file.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Draw the comparisons as a picture into this file.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// How many seconds each measurement puts load on a program.
    #[arg(long, default_value = "3")]
    pub seconds: NonZeroU32,

    /// How many times everything is measured; the table shows medians, and min–max.
    #[arg(long, default_value = "3")]
    pub repetitions: NonZeroUsize,

    /// Which programs to compare; all of them by default.
    #[arg(long = "with", value_name = "PROGRAM")]
    pub programs: Vec<Program>,

    /// How many people return in `relay.watch`.
    #[arg(long, default_value = "5000")]
    pub people: NonZeroUsize,

    /// How many private rooms each of them has; there are five times as many.
    #[arg(long, default_value = "500")]
    pub rooms: NonZeroUsize,

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

    /// The folder for the servers' data, and so the disk that is measured; by default the
    /// folder of the server program.
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// The folder in which npm has installed other relays; without it, those are not compared.
    #[arg(long, env = "MADANG_BENCH_PEERS", value_name = "FOLDER")]
    pub peers: Option<PathBuf>,

    /// The browser; by default the one on PATH.
    #[arg(long, env = "MADANG_TEST_CHROMIUM", value_name = "FILE")]
    pub chromium: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Other commands of this program.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run as one of the relays to compare with.
    Peer {
        /// Which one.
        #[command(subcommand)]
        peer: BuiltInRelay,
    },
}
