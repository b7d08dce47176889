//! A digest of everything that the page is built from.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::process;
use crate::tools::{Tool, Tools};
use crate::workspace::Workspace;

/// Folders and files of the repository that the page depends on.
const SOURCES: [&str; 2] = ["frontend", "shared"];
const FILES: [&str; 5] = [
    "index.html",
    "Trunk.toml",
    "Cargo.lock",
    "Cargo.toml",
    "rust-toolchain.toml",
];

/// Raise this when xtask builds a different page from the same sources.
const RECIPE: &str = "7";

/// The digest of sources, settings and tools, in hexadecimal.
pub(super) fn of(workspace: &Workspace, tools: &Tools) -> Result<String> {
    let mut paths = Vec::new();
    for folder in SOURCES {
        paths.extend(super::files::below(&workspace.root.join(folder))?);
    }
    paths.extend(FILES.iter().map(|file| workspace.root.join(file)));

    let mut digest = Sha256::new();
    for path in paths {
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(&workspace.root).unwrap_or(&path);
        // The lengths make sure that different sets of files have different digests.
        let name = name.to_string_lossy();
        digest.update(format!("{} {} ", name.len(), content.len()));
        digest.update(name.as_bytes());
        digest.update(&content);
    }
    let rustc = process::capture(Command::new("rustc").arg("-vV")).unwrap_or_default();
    let versions = [
        RECIPE,
        // The version of what takes the program apart is in Cargo.lock.
        include_str!("pieces/fetch.js"),
        &rustc,
        version(tools.trunk.as_ref()),
        version(tools.wasm_bindgen.as_ref()),
        version(tools.wasm_opt.as_ref()),
        version(tools.esbuild.as_ref()),
    ];
    digest.update(versions.join("\n"));
    Ok(hex(&digest.finalize()))
}

/// The version of a tool.
fn version(tool: Option<&Tool>) -> &str {
    tool.map_or("none", |tool| tool.version.as_str())
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
