//! The finished page takes the former one's place at once, or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// An empty folder to build in, on the same file system as `dist/`.
pub(super) fn fresh(workspace: &Workspace) -> Result<PathBuf> {
    let next = workspace.root.join("dist.next");
    remove(&next)?;
    fs::create_dir(&next).with_context(|| format!("cannot create {}", next.display()))?;
    Ok(next)
}

/// Puts `next` where `dist/` is.
pub(super) fn into_place(workspace: &Workspace, next: &Path) -> Result<()> {
    let dist = workspace.dist();
    let former = workspace.root.join("dist.former");
    remove(&former)?;
    if dist.exists() {
        fs::rename(&dist, &former).context("cannot move the former page away")?;
    }
    fs::rename(next, &dist).context("cannot put the new page into dist/")?;
    remove(&former)
}

/// Removes a folder, if it is there.
pub(super) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
