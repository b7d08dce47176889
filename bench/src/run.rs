//! What the command line asks for.

use anyhow::Result;

use crate::cli::{Cli, Command};
use crate::context::BenchContext;
use crate::{report, suite};

/// Runs the command line; returns whether all benchmarks were completed.
///
/// # Errors
/// When the command line is wrong, or a file cannot be written.
pub fn run(cli: &Cli) -> Result<bool> {
    if let Some(Command::Peer { peer }) = &cli.command {
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
    let context = BenchContext::new(cli)?;
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
