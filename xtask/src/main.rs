//! Builds, runs and checks Madang: `cargo xtask run | test | dev | build | bench | setup`.
//!
//! The only place that knows about tools: which ones are needed, in which
//! version, where they live and how they get there (`tools`). The page is built
//! in `page`, the server in `server`; every other module is one command. Nothing
//! here ends up in the program that is built.

mod bench;
mod cli;
mod dev;
mod invariants;
mod page;
mod process;
mod run;
mod server;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
