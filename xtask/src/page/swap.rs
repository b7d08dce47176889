//! Replaces the previous page by the new one, completely or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// Creates an empty folder to build in, on the same file system as `dist/`.
pub(super) fn create_build_folder(workspace: &Workspace) -> Result<PathBuf> {
    let next = workspace.root.join("dist.next");
    remove(&next)?;
    fs::create_dir(&next).with_context(|| format!("cannot create {}", next.display()))?;
    Ok(next)
}

/// Replaces `dist/` by `next`.
pub(super) fn replace_dist(workspace: &Workspace, next: &Path) -> Result<()> {
    let dist = workspace.dist();
    let previous = workspace.root.join("dist.former");
    remove(&previous)?;
    if dist.exists() {
        fs::rename(&dist, &previous).context("cannot move the previous page away")?;
    }
    fs::rename(next, &dist).context("cannot put the new page into dist/")?;
    remove(&previous)
}

/// Removes a folder, if it exists.
pub(super) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
