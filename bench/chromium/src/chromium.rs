//! The browser's process.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::context::Context;
use crate::wire::Wire;

/// The environment variable that says where the browser is.
const PROGRAM: &str = "MADANG_TEST_CHROMIUM";
const USUAL_PROGRAM: &str = "/usr/bin/chromium";
/// How long the browser has to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every run needs: no window, no questions, no traffic of its own, a tab in the
/// background that is as quick as one in front, and a mouse (without a screen there is
/// none, and pages take that for a phone).
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--mute-audio",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    "--lang=en-US",
];

/// Gives the pipes the numbers that the browser expects (it reads 3 and writes 4), and
/// clears the profile away afterwards, whatever became of the program that asked.
const SHELL: &str = r#"trap "" INT; "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1; rm -rf "$0""#;

/// A running browser. Ends when it is dropped.
pub struct Chromium {
    process: Child,
    wire: Arc<Wire>,
}

impl Chromium {
    /// Starts the browser that `MADANG_TEST_CHROMIUM` names, or `/usr/bin/chromium`,
    /// with these flags besides the usual ones.
    ///
    /// # Errors
    /// When there is no such program, or it does not answer.
    pub fn launch(flags: &[&str]) -> Result<Self> {
        Self::launch_with(flags, &json!({}))
    }

    /// The same, with what its person has chosen in its settings, as the profile's file
    /// `Preferences` has it.
    ///
    /// # Errors
    /// As for [`Self::launch`].
    pub fn launch_with(flags: &[&str], preferences: &Value) -> Result<Self> {
        let program = env::var_os(PROGRAM).map_or_else(|| USUAL_PROGRAM.into(), PathBuf::from);
        let profile = tempfile::Builder::new()
            .prefix("chromium-")
            .tempdir()
            .context("no folder for the browser's profile")?
            .keep();
        let settings = profile.join("Default");
        fs::create_dir(&settings).context("no folder for the browser's settings")?;
        fs::write(settings.join("Preferences"), preferences.to_string())
            .context("cannot write the browser's settings")?;
        let mut process = Command::new("sh")
            .args(["-c", SHELL])
            .arg(&profile)
            .arg(&program)
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(FLAGS)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a shell")?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (input, output) = pipes.context("the browser has no pipes")?;
        let wire = Wire::new(input, output);
        let chromium = Self { process, wire };
        let version = chromium.wire.call(None, "Browser.getVersion", json!({}));
        if version.is_err() {
            let _ = fs::remove_dir_all(&profile);
        }
        version.with_context(|| format!("{} does not answer", program.display()))?;
        Ok(chromium)
    }

    /// Another person's browser: empty, and apart from all others.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn context(&self) -> Result<Context> {
        Context::new(Arc::clone(&self.wire))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The end of its input is the end of the browser.
        self.wire.hang_up();
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.process.try_wait() {
                Ok(None) => self.wire.wait_for_end(end),
                _ => break,
            }
        }
        let _ = self.process.wait();
    }
}
