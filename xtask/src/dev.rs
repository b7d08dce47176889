//! `cargo xtask dev`: Trunk serves the page with live reload, and the server is rebuilt and
//! restarted whenever its sources change.

mod child;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, process};
use child::ChildGroup;
use watch::FileWatch;

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

/// The address where `Trunk.toml` expects the server.
const LISTEN: &str = "127.0.0.1:3000";
/// The origins at which Trunk serves the page. The server accepts their pages as its own.
const DEV_ORIGIN: &str = "http://localhost:8080,http://127.0.0.1:8080";
/// How often to check for changed files and for child processes that have exited.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Runs both until Ctrl-C, or until Trunk exits.
pub(crate) fn run(workspace: &Workspace, args: &DevArgs) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .context("cannot listen for signals")?;
    }
    let tools = tools::prepare(workspace, Purpose::Develop)?;
    page::fetch(workspace)?;

    let mut watch = FileWatch::new(&workspace.root, &["server", "shared", "Cargo.lock"]);
    let mut server = DevServer::new(workspace, args);
    server.restart();
    if stop.load(Ordering::Relaxed) {
        return Ok(());
    }
    let mut trunk = ChildGroup::start("trunk", &mut page::trunk(workspace, &tools, "serve")?)?;
    println!("\nPage with live reload: http://localhost:8080   (Ctrl-C stops everything)\n");

    // Dropping a child process stops it, also after an error.
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(POLL_INTERVAL);
        if let Some(status) = trunk.exit_status()? {
            bail!("trunk has exited ({status})");
        }
        server.check()?;
        if watch.changed() {
            println!("\nserver: changed, building");
            server.restart();
        }
    }
    println!("\nStopping.");
    Ok(())
}

/// The server in development: how to build and start it, and its process.
struct DevServer<'a> {
    workspace: &'a Workspace,
    args: &'a DevArgs,
    data: PathBuf,
    running: Option<ChildGroup>,
}

impl<'a> DevServer<'a> {
    fn new(workspace: &'a Workspace, args: &'a DevArgs) -> Self {
        Self {
            workspace,
            args,
            data: workspace.data(args.data.as_deref()),
            running: None,
        }
    }

    /// Builds the server and replaces the running one. If the build fails, the running one stays.
    fn restart(&mut self) {
        let mut cargo = process::cargo();
        cargo
            .current_dir(&self.workspace.root)
            .args(["build", "--package", "server"]);
        if let Err(error) = process::run(&mut cargo) {
            println!("server: {error:#}; waiting for a change");
            return;
        }
        // Stop the old one first: only one server can use the port and the data folder.
        self.running = None;
        let mut command = Command::new(self.workspace.target.join("debug/madang"));
        command
            .args(["serve", "--listen", LISTEN, "--dev-origin", DEV_ORIGIN])
            .arg("--data")
            .arg(&self.data)
            .args(&self.args.serve_args);
        match ChildGroup::start("server", &mut command) {
            Ok(child) => self.running = Some(child),
            Err(error) => println!("server: {error:#}; waiting for a change"),
        }
    }

    /// Reports a server that has exited.
    fn check(&mut self) -> Result<()> {
        if let Some(child) = &mut self.running
            && let Some(status) = child.exit_status()?
        {
            println!("server: exited ({status}); waiting for a change");
            self.running = None;
        }
        Ok(())
    }
}
