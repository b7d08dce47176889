//! Builds the server: one program with the page inside.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The path of the program after a release build.
pub(crate) fn release_path(workspace: &Workspace) -> PathBuf {
    workspace.target.join("release/madang")
}

/// Builds the program with the page in `dist/`.
///
/// # Errors
/// When there is no page in `dist/`, or the build fails.
pub(crate) fn build_release(workspace: &Workspace) -> Result<()> {
    if !workspace.dist().join("index.html").is_file() {
        bail!("there is no page in dist/ to put into the server; `cargo xtask build` makes both");
    }
    process::run(process::cargo().current_dir(&workspace.root).args([
        "build",
        "--release",
        "--package",
        "server",
    ]))
}

/// Prints the path and the size of the finished program.
pub(crate) fn print_size(workspace: &Workspace) -> Result<()> {
    let path = release_path(workspace);
    let size = fs::metadata(&path)
        .with_context(|| format!("there is no program at {} after the build", path.display()))?
        .len();
    println!("{}  ({})", path.display(), process::format_bytes(size));
    Ok(())
}
