//! A Chromium of its own, with an empty profile.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tempfile::TempDir;

use super::cdp::Cdp;
use super::tab::Tab;
use crate::context::BenchContext;
use crate::process::OwnedProcess;

/// How long it may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--mute-audio",
    "--window-size=1280,900",
    "--remote-debugging-port=0",
];

/// A running browser.
pub struct Chromium {
    cdp: Cdp,
    process: OwnedProcess,
    // Gone with the value, after the process.
    _profile: TempDir,
}

impl Chromium {
    /// Starts one and connects to it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(context: &BenchContext) -> Result<Self> {
        let program = context.chromium.as_deref().context("no Chromium")?;
        let profile = context.folder()?;
        let mut process = Command::new(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(OwnedProcess::new)
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let (port, path) = debugging_at(profile.path(), &mut process)?;
        Ok(Chromium {
            cdp: Cdp::connect(port, &path)?,
            process,
            _profile: profile,
        })
    }

    /// A new tab in front, with nothing in it.
    ///
    /// # Errors
    /// When the browser does not give one.
    pub fn tab(&mut self) -> Result<Tab<'_>> {
        Tab::open(&mut self.cdp)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not end by itself.
    pub fn end(mut self) -> Result<()> {
        self.cdp.tell(None, "Browser.close", &json!({}))?;
        let due = Instant::now() + PATIENCE;
        while !self.process.has_exited() {
            if Instant::now() > due {
                bail!("Chromium did not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

/// The port and path that the browser writes into its profile once it listens.
fn debugging_at(profile: &Path, process: &mut OwnedProcess) -> Result<(u16, String)> {
    let file = profile.join("DevToolsActivePort");
    let due = Instant::now() + PATIENCE;
    while Instant::now() < due && !process.has_exited() {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some((port, path)) = text.split_once('\n')
            && path.starts_with('/')
        {
            return Ok((port.parse()?, path.trim().to_owned()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("Chromium does not say where it can be debugged")
}
