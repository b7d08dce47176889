//! `cargo xtask bench`: the benchmarks, against a finished program.

use std::ffi::OsString;

use anyhow::Result;

use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, process, server};

/// Builds page and server in release, then hands `args` to the `bench` crate.
pub(crate) fn run(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    let tools = tools::prepare(workspace, Purpose::Test)?;
    page::build(workspace, &tools)?;
    server::build_release(workspace)?;

    let mut cargo = process::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["run", "--release", "--package", "bench", "--"])
        .args(args)
        .env("MADANG_BENCH_SERVER", server::release_path(workspace));
    tools.show_browser(&mut cargo);
    match tools::peers::prepare() {
        Ok(folder) => {
            cargo.env("MADANG_BENCH_PEERS", folder);
        }
        Err(error) => println!("Going on without npm's relays to compare with: {error:#}"),
    }
    process::run(&mut cargo)
}
