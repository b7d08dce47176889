//! A server of its own for one benchmark: a finished program, an empty folder, a free
//! port of loopback.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::program::Program;
use super::{Owned, Processor, resident_bytes};
use crate::context::Context;

/// How long a clean stop may take.
const STOP: Duration = Duration::from_secs(20);

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Owned,
    address: SocketAddr,
    // Gone with the value, after the process.
    _folder: Folder,
}

/// Where a server keeps what it keeps.
#[derive(Debug)]
enum Folder {
    Own(TempDir),
    Lent(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Folder::Own(folder) => folder.path(),
            Folder::Lent(path) => path,
        }
    }
}

impl Server {
    /// Starts one and waits until it listens.
    ///
    /// # Errors
    /// When it does not start; with what it said.
    pub fn start(context: &Context, program: Program) -> Result<Self> {
        let folder = context.folder()?;
        Server::start_in(context, program, Folder::Own(folder))
    }

    /// As [`Server::start`], with what it keeps in a folder that outlives it.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_at(context: &Context, program: Program, folder: &Path) -> Result<Self> {
        Server::start_in(context, program, Folder::Lent(folder.to_owned()))
    }

    fn start_in(context: &Context, program: Program, folder: Folder) -> Result<Self> {
        // What others wrote or removed before is the disk's first, and not measured with this.
        rustix::fs::sync();
        let log = folder.path().join("log");
        let mut process = program
            .command(context, folder.path())?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .map(Owned::new)
            .with_context(|| format!("{} cannot be started", program.name()))?;
        let said = process.child().stdout.take().context("no output")?;
        let mut line = String::new();
        // Ends with a line, or with the process.
        BufReader::new(said).read_line(&mut line)?;
        let Some(address) = listening_at(&line) else {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            bail!("{} did not start: {line}{log}", program.name());
        };
        Ok(Server {
            process,
            address,
            _folder: folder,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its processor time from now on.
    ///
    /// # Errors
    /// When it is gone.
    pub fn processor(&self) -> Result<Processor> {
        Processor::start(self.process.id())
    }

    /// Its resident memory in bytes.
    ///
    /// # Errors
    /// When it is gone.
    pub fn resident_bytes(&self) -> Result<u64> {
        resident_bytes(self.process.id())
    }

    /// Stops it as an operator would.
    ///
    /// # Errors
    /// When it has to be killed.
    pub fn stop(mut self) -> Result<()> {
        if self.process.end(STOP) {
            return Ok(());
        }
        bail!("the server did not stop within {} s", STOP.as_secs())
    }
}

/// The address in `Madang is at … (listening on http://ADDRESS, data in …)`, or in a
/// peer's `listening on http://ADDRESS`.
fn listening_at(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    rest.split(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_what_the_server_says() {
        let line = "Madang is at http://localhost:4711  (listening on http://127.0.0.1:4711, data in data)\n";
        assert_eq!(listening_at(line), Some("127.0.0.1:4711".parse().unwrap()));
        assert_eq!(listening_at(""), None);
    }
}
