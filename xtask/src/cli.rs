//! The command line, and the functions that carry out its commands.

use std::ffi::OsString;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{bench, dev, page, run, server, test};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    command: XtaskCommand,
}

#[derive(Debug, Subcommand)]
enum XtaskCommand {
    /// Install what is missing, build everything and start Madang.
    Run(run::RunArgs),
    /// Run everything that CI runs: format, lints, invariants, tests in and out of a browser.
    Test(test::TestArgs),
    /// Serve the page with live reload at <http://localhost:8080>, and rebuild the server on changes.
    Dev(dev::DevArgs),
    /// Build the finished program, with the page inside, at `target/release/madang`.
    Build,
    /// Build everything in release, then run the benchmarks.
    Bench {
        /// Passed on to the benchmarks (`--help` lists them).
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Install what is missing, and nothing else.
    Setup {
        /// Also install what the tests need: Chromium, its driver, strace, a Korean font.
        #[arg(long)]
        tests: bool,
    },
}

/// Parses the command line and runs the command.
pub(crate) fn main() -> Result<()> {
    let cli = Cli::parse();
    let workspace = Workspace::find()?;
    match cli.command {
        XtaskCommand::Run(args) => run::run(&workspace, &args),
        XtaskCommand::Test(args) => test::run(&workspace, &args),
        XtaskCommand::Dev(args) => dev::run(&workspace, &args),
        XtaskCommand::Build => {
            let tools = tools::prepare(&workspace, Purpose::Page)?;
            page::build(&workspace, &tools)?;
            server::build_release(&workspace)?;
            server::print_size(&workspace)
        }
        XtaskCommand::Bench { args } => bench::run(&workspace, &args),
        XtaskCommand::Setup { tests } => {
            let purpose = if tests { Purpose::Test } else { Purpose::Page };
            tools::prepare(&workspace, purpose)?;
            println!("Everything is installed.");
            Ok(())
        }
    }
}
