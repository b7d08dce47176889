//! wasm-opt, which makes the page's WebAssembly a good fifth smaller. It is part
//! of Binaryen.
//!
//! Binaryen up to 108, as in Debian 12, exports the wrong table when a module has
//! two, as every page with wasm-bindgen has (WebAssembly/binaryen#4711): the page
//! would load and then fail. Such a version is as good as none.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::system::{self, SystemTool};
use super::{Tool, cache};
use crate::process;

/// The first version known to be right.
const OLDEST: u32 = 110;
/// What is installed: ready-made for Node.js, the same on every system.
const VERSION: &str = "132.0.0";

/// A wasm-opt that is new enough, from `PATH` or from our own folder.
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

/// Installs it with npm into our own folder, or else as a system package, which
/// may turn out to be too old; then it is left at that.
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
    fn the_version_is_read_as_each_distribution_writes_it() {
        assert_eq!(number("wasm-opt version 108\n"), Some(108));
        assert_eq!(number("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(number("wasm-opt: command not found"), None);
    }
}
