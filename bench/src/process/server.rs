//! Starts a server for one benchmark: a finished program, an empty folder, a free port on
//! loopback.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::command::command;
use super::program::Program;
use super::{CpuMeter, OwnedProcess, resident_bytes};
use crate::context::BenchContext;
use crate::load::dialect::{Dialect, Endpoint};

/// The longest time for a clean stop.
const STOP: Duration = Duration::from_secs(20);

/// A running server.
#[derive(Debug)]
pub struct ServerProcess {
    process: OwnedProcess,
    endpoint: Endpoint,
    // Removed after the process has ended.
    _folder: Folder,
}

/// The data folder of a server.
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

impl ServerProcess {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    /// When it does not start; with its output.
    pub fn start(context: &BenchContext, program: Program) -> Result<Self> {
        let folder = context.folder()?;
        ServerProcess::start_in(context, program, Folder::Own(folder))
    }

    /// As [`ServerProcess::start`], with its data in a folder that is kept.
    ///
    /// # Errors
    /// As [`ServerProcess::start`].
    pub fn start_at(context: &BenchContext, program: Program, folder: &Path) -> Result<Self> {
        ServerProcess::start_in(context, program, Folder::Lent(folder.to_owned()))
    }

    fn start_in(context: &BenchContext, program: Program, folder: Folder) -> Result<Self> {
        // Let the disk finish earlier writes and deletions, so that they are not measured.
        rustix::fs::sync();
        let log = folder.path().join("log");
        let mut process = command(program, context, folder.path())?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .map(OwnedProcess::new)
            .with_context(|| format!("{} cannot be started", program.name()))?;
        let output = process.child().stdout.take().context("no output")?;
        let mut line = String::new();
        // Returns after one line, or when the process ends.
        BufReader::new(output).read_line(&mut line)?;
        let Some(address) = listening_at(&line) else {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            bail!("{} did not start: {line}{log}", program.name());
        };
        let dialect = match program {
            Program::Madang | Program::Before => Dialect::of(address)?,
            // They have the simple protocol only.
            Program::Ws | Program::Bun | Program::PlainAxum | Program::Limit => Dialect::Present,
        };
        Ok(ServerProcess {
            process,
            endpoint: Endpoint { address, dialect },
            _folder: folder,
        })
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.endpoint.address
    }

    /// The address, and the version of the native protocol that it speaks there.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Starts to measure its processor time.
    ///
    /// # Errors
    /// When it is gone.
    pub fn cpu_meter(&self) -> Result<CpuMeter> {
        CpuMeter::start(self.process.id())
    }

    /// Its resident memory, in bytes.
    ///
    /// # Errors
    /// When it is gone.
    pub fn resident_bytes(&self) -> Result<u64> {
        resident_bytes(self.process.id())
    }

    /// Stops it as an operator would, with SIGTERM.
    ///
    /// # Errors
    /// When it has to be killed.
    pub fn stop(mut self) -> Result<()> {
        if self.process.terminate(STOP) {
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
    fn the_address_is_read_from_the_first_line_of_output() {
        let line = "Madang is at http://localhost:4711  (listening on http://127.0.0.1:4711, data in data)\n";
        assert_eq!(listening_at(line), Some("127.0.0.1:4711".parse().unwrap()));
        assert_eq!(listening_at(""), None);
    }
}
