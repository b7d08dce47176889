//! `cargo xtask bench`: runs the benchmarks against a release build.

use std::ffi::OsString;

use anyhow::Result;

use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, process, server};

/// Builds page and server in release, then runs the crate `bench` with `args`.
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
    tools.set_browser_variables(&mut cargo);
    match tools::peers::prepare() {
        Ok(folder) => {
            cargo.env("MADANG_BENCH_PEERS", folder);
        }
        Err(error) => println!("Continuing without the relays from npm: {error:#}"),
    }
    process::run(&mut cargo)
}
