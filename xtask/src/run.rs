//! `cargo xtask run`: from a fresh checkout to a running server.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cli::RunArgs;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, server};

/// Installs, builds, and replaces this process by the server, which prints its address. Returns
/// only after an error.
pub(crate) fn run(workspace: &Workspace, args: &RunArgs) -> Result<()> {
    let tools = tools::prepare(workspace, Purpose::Page)?;
    page::build(workspace, &tools)?;
    server::build_release(workspace)?;

    println!("Starting. Ctrl-C stops it.\n");
    let program = server::release_path(workspace);
    let mut command = Command::new(&program);
    command
        .arg("serve")
        .args(["--listen", &args.listen])
        .arg("--data")
        .arg(workspace.data(args.data.as_deref()))
        .args(&args.serve_args);
    // Replace this process, so that signals reach the server itself.
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
