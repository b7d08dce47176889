//! wasm-opt, a part of Binaryen, makes the page's WebAssembly more than a fifth smaller.
//!
//! Binaryen up to 108, as in Debian 12, exports the wrong table when a module has two
//! (WebAssembly/binaryen#4711). Every module by wasm-bindgen has two, and the page would fail after
//! loading. So such a version is not used.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cache;
use super::system::{self, SystemTool};
use super::tool::Tool;
use crate::process;

/// The oldest version that has all that the build uses, as in Debian 13.
const OLDEST: u32 = 120;
/// The version to install: a package for Node.js, the same on every system.
const VERSION: &str = "132.0.0";

/// Finds a wasm-opt that is new enough, on `PATH` or in our own folder.
pub(super) fn find() -> Option<Tool> {
    let ours = folder().map(|folder| folder.join("node_modules/.bin/wasm-opt"));
    let candidates = [process::find("wasm-opt"), ours.ok()];
    candidates.into_iter().flatten().find_map(check)
}

fn check(path: PathBuf) -> Option<Tool> {
    let answer = process::capture(Command::new(&path).arg("--version"))?;
    (number(&answer)? >= OLDEST).then(|| Tool {
        path,
        version: answer.trim().to_owned(),
    })
}

/// The number in `wasm-opt version 132 (version_132)`.
fn number(answer: &str) -> Option<u32> {
    answer.split_whitespace().nth(2)?.parse().ok()
}

/// Installs it with npm into our own folder, or without npm as a system package, which may be too
/// old. Does nothing if neither is possible.
pub(super) fn install() -> Result<()> {
    if process::find("npm").is_some() {
        cache::npm(&folder()?, &[format!("binaryen@{VERSION}")])
    } else if process::find("wasm-opt").is_none() && system::may_install() {
        system::install(&[SystemTool::WasmOpt])
    } else {
        Ok(())
    }
}

fn folder() -> Result<PathBuf> {
    cache::folder("binaryen", VERSION)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn the_version_is_read_in_all_its_forms() {
        assert_eq!(number("wasm-opt version 108\n"), Some(108));
        assert_eq!(number("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(number("wasm-opt: command not found"), None);
    }
}
