//! The browser's process.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::context::Context;
use crate::devtools::DevTools;

/// The environment variable with the path of the browser.
const PROGRAM: &str = "MADANG_TEST_CHROMIUM";
const DEFAULT_PROGRAM: &str = "/usr/bin/chromium";
/// The longest time for the browser to exit by itself.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Flags for every run: no window, no dialogs, no network traffic of its own, no throttling of tabs in
/// the background, and a mouse (headless Chromium has none by default, and pages take that for a
/// phone).
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

/// Gives the pipes the file descriptors that the browser expects (it reads 3 and writes 4), and removes
/// the profile afterwards, even when the program that started it was killed.
const SHELL: &str = r#"trap "" INT; "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1; rm -rf "$0""#;

/// A running browser. Dropping it ends it.
pub struct Chromium {
    process: Child,
    devtools: Arc<DevTools>,
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

    /// The same, with settings in the format of the profile's file `Preferences`.
    ///
    /// # Errors
    /// As for [`Self::launch`].
    pub fn launch_with(flags: &[&str], preferences: &Value) -> Result<Self> {
        let program = env::var_os(PROGRAM).map_or_else(|| DEFAULT_PROGRAM.into(), PathBuf::from);
        Self::launch_program(&program, flags, preferences)
    }

    /// The same, with the path of the browser.
    ///
    /// # Errors
    /// As for [`Self::launch`].
    pub fn launch_program(program: &Path, flags: &[&str], preferences: &Value) -> Result<Self> {
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
            .arg(program)
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(FLAGS)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a shell")?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (input, output) = pipes.context("the browser has no pipes")?;
        let devtools = DevTools::new(input, output);
        let chromium = Self { process, devtools };
        let version = chromium
            .devtools
            .call(None, "Browser.getVersion", json!({}));
        if version.is_err() {
            let _ = fs::remove_dir_all(&profile);
        }
        version.with_context(|| format!("{} does not answer", program.display()))?;
        Ok(chromium)
    }

    /// Creates an empty context, separate from all others.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn context(&self) -> Result<Context> {
        Context::new(Arc::clone(&self.devtools))
    }

    /// The context of the browser's profile. Unlike others it has its caches on the disk.
    pub fn profile(&self) -> Context {
        Context::of_profile(Arc::clone(&self.devtools))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The browser exits when its input ends.
        self.devtools.close();
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            match self.process.try_wait() {
                Ok(None) => self.devtools.wait_for_end(end),
                _ => break,
            }
        }
        let _ = self.process.wait();
    }
}
