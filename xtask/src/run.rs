//! `cargo xtask run`: from a fresh checkout to a running server.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, server};

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
