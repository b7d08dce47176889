//! The command line, and the functions that carry out its commands.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::test::Step;
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
    Run(RunArgs),
    /// Run everything that CI runs: format, lints, invariants, tests in and out of a browser.
    Test(TestArgs),
    /// Serve the page with live reload at <http://localhost:8080>, and rebuild the server on changes.
    Dev(DevArgs),
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

/// How to start the server.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Address and port to listen on.
    #[arg(long, env = "MADANG_LISTEN", default_value = "127.0.0.1:3000")]
    pub(crate) listen: String,
    /// Folder for all data; by default `data` in the repository.
    #[arg(long, env = "MADANG_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Further arguments for `madang serve`.
    #[arg(last = true)]
    pub(crate) serve_args: Vec<OsString>,
}

/// How to start the server beside Trunk, on port 3000, where `Trunk.toml` expects it.
#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// Folder for all data; by default `data` in the repository.
    #[arg(long, env = "MADANG_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Further arguments for `madang serve`.
    #[arg(last = true)]
    pub(crate) serve_args: Vec<OsString>,
}

/// Which checks to run.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Only these steps, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "STEPS")]
    pub(crate) only: Vec<Step>,
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
