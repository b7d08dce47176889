//! The folders of the tools that xtask installs, one for each user, tool and version.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;

/// The folder of one tool in one version: `~/.cache/madang/tools/trunk-0.21.14`.
///
/// # Errors
/// When neither `XDG_CACHE_HOME` nor `HOME` is set.
pub(super) fn folder(tool: &str, version: &str) -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set, so there is no place for tools")?;
    Ok(base.join("madang/tools").join(format!("{tool}-{version}")))
}

/// Installs npm packages (`name@version`) into a folder, without running their install scripts.
///
/// # Errors
/// When npm fails.
pub(super) fn npm(folder: &Path, packages: &[String]) -> Result<()> {
    process::run(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .arg("--prefix")
            .arg(folder)
            .args(packages),
    )
}
