//! A Madang of its own for one benchmark: the release binary, an empty folder, a free
//! port of loopback.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

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
    _folder: TempDir,
}

impl Server {
    /// Starts one and waits until it listens.
    ///
    /// # Errors
    /// When it does not start; with what it said.
    pub fn start(context: &Context) -> Result<Self> {
        let folder = context.folder()?;
        let log = folder.path().join("log");
        let mut process = Command::new(&context.server)
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"])
            .args(["--log", "warn", "--data"])
            .arg(folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .map(Owned::new)
            .with_context(|| format!("{} cannot be started", context.server.display()))?;
        let said = process.child().stdout.take().context("no output")?;
        let mut line = String::new();
        // Ends with a line, or with the process.
        BufReader::new(said).read_line(&mut line)?;
        let Some(address) = listening_at(&line) else {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            bail!("the server did not start: {line}{log}");
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

/// The address in `Madang is at … (listening on http://ADDRESS, data in …)`.
fn listening_at(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    rest.split(',').next()?.parse().ok()
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
