//! The server: one program with the page inside.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Where a release build leaves the program.
pub(crate) fn release_path(workspace: &Workspace) -> PathBuf {
    workspace.target.join("release/madang")
}

/// Builds the program with the page that stands in `dist/`.
///
/// # Errors
/// When there is no page: a release without one helps nobody.
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

/// Says where the finished program is and how large.
pub(crate) fn print_size(workspace: &Workspace) -> Result<()> {
    let path = release_path(workspace);
    let size = fs::metadata(&path)
        .with_context(|| format!("the build left nothing at {}", path.display()))?
        .len();
    println!("{}  ({})", path.display(), process::bytes(size));
    Ok(())
}
