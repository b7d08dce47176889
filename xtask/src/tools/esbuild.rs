//! esbuild halves the size of the page's JavaScript. Trunk has a minifier of its own, but it fails
//! on the output of wasm-bindgen (`export { … as default }`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cache;
use super::tool::Tool;
use crate::process;

/// The version to install.
const VERSION: &str = "0.28.2";

/// Finds an esbuild on `PATH` or in our own folder.
pub(super) fn find() -> Option<Tool> {
    let ours = folder().map(|folder| folder.join("node_modules/.bin/esbuild"));
    let candidates = [process::find("esbuild"), ours.ok()];
    candidates.into_iter().flatten().find_map(check)
}

fn check(path: PathBuf) -> Option<Tool> {
    let answer = process::capture(Command::new(&path).arg("--version"))?;
    Some(Tool {
        path,
        version: answer.trim().to_owned(),
    })
}

/// Installs it with npm into our own folder. Does nothing without npm.
pub(super) fn install() -> Result<()> {
    if process::find("npm").is_none() {
        return Ok(());
    }
    cache::npm(&folder()?, &[format!("esbuild@{VERSION}")])
}

fn folder() -> Result<PathBuf> {
    cache::folder("esbuild", VERSION)
}
