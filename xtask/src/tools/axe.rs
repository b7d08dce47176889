//! axe-core, which finds what people with a screen reader, a keyboard or weak eyes
//! could not use. The browser tests run it inside the page.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::cache;
use crate::process;

const VERSION: &str = "4.14.1";

/// The program as one file, if it is there.
pub(super) fn find() -> Option<PathBuf> {
    let file = folder().ok()?.join("node_modules/axe-core/axe.min.js");
    file.is_file().then_some(file)
}

/// Installs it with npm into our own folder.
///
/// # Errors
/// Without npm, or when npm cannot get it.
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
