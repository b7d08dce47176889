//! axe-core finds problems for people who use a screen reader or only a keyboard, or who see badly.
//! The browser tests run it inside the page.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::cache;
use crate::process;

const VERSION: &str = "4.14.1";

/// The path of its script, if it is installed.
pub(super) fn find() -> Option<PathBuf> {
    let file = folder().ok()?.join("node_modules/axe-core/axe.min.js");
    file.is_file().then_some(file)
}

/// Installs it with npm into our own folder.
///
/// # Errors
/// Without npm, or when npm fails.
pub(super) fn install() -> Result<()> {
    if process::find("npm").is_none() {
        bail!(
            "the browser tests need axe-core {VERSION}, which npm installs, and there is no npm.\n\
             Install Node.js with npm; then this program does the rest."
        );
    }
    cache::npm(&folder()?, &[format!("axe-core@{VERSION}")])
}

fn folder() -> Result<PathBuf> {
    cache::folder("axe-core", VERSION)
}
