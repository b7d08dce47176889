//! `cargo xtask dev`: the page under Trunk with live reload, the server beside it,
//! built and started again whenever its sources change.

mod child;
mod watch;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::cli::DevArgs;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, process};
use child::Child;
use watch::Watch;

/// Where `Trunk.toml` expects the server.
const LISTEN: &str = "127.0.0.1:3000";
/// Where Trunk shows the page, by both names: its pages count as the server's own.
const DEV_ORIGIN: &str = "http://localhost:8080,http://127.0.0.1:8080";
/// How often to look for changes and for children that have ended.
const LOOK: Duration = Duration::from_millis(500);

/// Runs both until Ctrl-C, or until Trunk ends.
pub(crate) fn run(workspace: &Workspace, args: &DevArgs) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .context("cannot listen for signals")?;
    }
    let tools = tools::prepare(workspace, Purpose::Develop)?;
    page::fetch(workspace)?;

    let mut watch = Watch::new(&workspace.root, &["server", "shared", "Cargo.lock"]);
    let mut server = Server::new(workspace, args);
    server.restart();
    if stop.load(Ordering::Relaxed) {
        return Ok(());
    }
    let mut trunk = Child::start("trunk", &mut page::trunk(workspace, &tools, "serve")?)?;
    println!("\nPage with live reload: http://localhost:8080   (Ctrl-C stops everything)\n");

    // Children are stopped when they go out of scope, on every way out of here.
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(LOOK);
        if let Some(status) = trunk.ended()? {
            bail!("trunk ended by itself ({status})");
        }
        server.look()?;
        if watch.changed() {
            println!("\nserver: changed, building");
            server.restart();
        }
    }
    println!("\nStopping.");
    Ok(())
}

/// The server in development: how to build it, how to start it, and the running one.
struct Server<'a> {
    workspace: &'a Workspace,
    args: &'a DevArgs,
    data: PathBuf,
    running: Option<Child>,
}

impl<'a> Server<'a> {
    fn new(workspace: &'a Workspace, args: &'a DevArgs) -> Self {
        Self {
            workspace,
            args,
            data: workspace.data(args.data.as_deref()),
            running: None,
        }
    }

    /// Builds; then the new one takes the old one's place. If the build fails,
    /// the old one stays.
    fn restart(&mut self) {
        let mut cargo = process::cargo();
        cargo
            .current_dir(&self.workspace.root)
            .args(["build", "--package", "server"]);
        if let Err(error) = process::run(&mut cargo) {
            println!("server: {error:#}; waiting for a change");
            return;
        }
        // Only one server at a time can have the port and the data folder.
        self.running = None;
        let mut command = Command::new(self.workspace.target.join("debug/madang"));
        command
            .args(["serve", "--listen", LISTEN, "--dev-origin", DEV_ORIGIN])
            .arg("--data")
            .arg(&self.data)
            .args(&self.args.serve_args);
        match Child::start("server", &mut command) {
            Ok(child) => self.running = Some(child),
            Err(error) => println!("server: {error:#}; waiting for a change"),
        }
    }

    /// Notices a server that ended by itself.
    fn look(&mut self) -> Result<()> {
        if let Some(child) = &mut self.running
            && let Some(status) = child.ended()?
        {
            println!("server: ended ({status}); waiting for a change");
            self.running = None;
        }
        Ok(())
    }
}
