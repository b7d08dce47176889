//! Relays that the benchmarks compare with: the npm package `ws` for Node.js, and Bun. Without npm
//! they are missing, and the benchmarks say so.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::cache;
use crate::process;

const WS: &str = "8.23.0";
const BUN: &str = "1.4.5";

/// Installs them with npm, unless they are installed; returns the folder with `node_modules`.
///
/// # Errors
/// Without npm, or when npm fails.
pub(crate) fn prepare() -> Result<PathBuf> {
    let folder = cache::folder("peers", &format!("ws-{WS}-bun-{BUN}"))?;
    let modules = folder.join("node_modules");
    if modules.join("ws").is_dir() && modules.join("bun").is_dir() {
        return Ok(folder);
    }
    if process::find("npm").is_none() {
        bail!("there is no npm");
    }
    println!("Set-up: ws and Bun to compare with, with npm (about a minute)");
    cache::npm(&folder, &[format!("ws@{WS}"), format!("bun@{BUN}")])?;
    Ok(folder)
}
