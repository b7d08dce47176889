//! `cargo xtask bench`: measures the cost of the relay and of the page.
//!
//! `relay` puts load on the finished server over raw sockets (`load`). `page` drives a real
//! Chromium through its debugging protocol. `process` starts and watches the measured programs,
//! `peer` has other relays to compare with, and `report` collects and prints the figures.
//! `suite` lists all benchmarks. There are no thresholds here, and no test runs any of it.

#![allow(
    clippy::cast_precision_loss,
    reason = "counts and times are shown with three digits"
)]

mod cli;
mod context;
mod disk;
mod echo;
mod load;
mod machine;
mod page;
mod peer;
mod process;
mod relay;
mod report;
mod run;
mod stats;
mod suite;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match run::run(&cli::Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        // The report says which benchmark failed.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
