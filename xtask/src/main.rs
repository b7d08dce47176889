//! Builds, runs and checks Madang: `cargo xtask run | test | dev | build | bench | setup`.
//!
//! Only this crate knows about tools: which ones are needed, in which versions, and how they are
//! installed (`tools`). `page` builds the page and `server` builds the server; `run`, `test`,
//! `dev` and `bench` are one command each. `invariants` are the checks of the source that no lint
//! has. Nothing in this crate becomes part of the program that is built.

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
