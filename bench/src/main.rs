//! `cargo xtask bench`: what the relay and the page cost, in figures.
//!
//! `relay` puts load on the finished server over raw sockets (`load`), `page` drives a
//! real Chromium through its debugging protocol; `process` starts and watches what is
//! measured; `report` holds the figures and prints them. `suite` lists all benchmarks.
//! Nothing here judges: there is no threshold, and nothing of it runs in a test.

#![allow(
    clippy::cast_precision_loss,
    reason = "counts and times become figures with three digits"
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
mod stats;
mod suite;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match run(&cli::Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        // The report says what could not be finished.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether all that was asked for could be finished.
fn run(cli: &cli::Cli) -> anyhow::Result<bool> {
    if let Some(cli::Command::Peer { peer }) = &cli.command {
        peer.serve()?;
        return Ok(true);
    }
    if cli.list {
        for benchmark in suite::ALL {
            println!("{:<18}  {}", benchmark.name, benchmark.about);
        }
        return Ok(true);
    }
    let chosen = suite::chosen(&cli.names)?;
    let context = context::Context::new(cli)?;
    let report = suite::run(&chosen, &context);
    print!("{}", report::table::text(&report));
    if let Some(path) = &cli.json {
        report::json::write(&report, path)?;
    }
    if let Some(path) = &cli.svg {
        report::svg::write(&report, path)?;
    }
    Ok(!report.has_failed())
}
