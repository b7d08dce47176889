//! Builds the page: Trunk builds it, its program is taken apart into pieces (`pieces`), and all is
//! compressed, ready to be included in the server.
//!
//! The page is built only when something that it is built from has changed (`fingerprint`). The
//! build uses a folder of its own, which then replaces `dist/` (`swap`), so that a failed build
//! leaves the previous page.

mod compress;
mod files;
mod fingerprint;
mod imports;
mod names;
mod pieces;
mod swap;
mod wasm;
mod weight;
mod without_guests;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::process;
use crate::tools::Tools;
use crate::workspace::Workspace;

/// Builds `dist/`, unless it is up to date.
pub(crate) fn build(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let state = workspace.state();
    fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
    // Two builds at the same time would use the same folder.
    let lock = File::create(state.join("page.lock")).context("cannot create the page's lock")?;
    lock.lock().context("cannot take the page's lock")?;

    let note = state.join("page.fingerprint");
    let fingerprint = fingerprint::of(workspace, tools)?;
    let built = fs::read_to_string(&note).unwrap_or_default();
    if built == fingerprint && workspace.dist().join("index.html").is_file() {
        println!("Page: unchanged.");
        return Ok(());
    }

    let started = Instant::now();
    println!("Page: building (about 3 minutes the first time, seconds later).");
    fetch(workspace)?;
    let next = swap::create_build_folder(workspace)?;
    remove_old_snippets(workspace)?;
    process::run(&mut trunk_build(workspace, tools, &next)?)?;
    pieces::split(workspace, tools, &next)?;
    imports::shorten(&next)?;
    minify(tools, &next)?;
    names::rename_by_content(&next)?;
    without_guests::write(&next)?;
    compress::folder(&next)?;
    swap::replace_dist(workspace, &next)?;
    fs::write(&note, fingerprint).with_context(|| format!("cannot write {}", note.display()))?;
    println!(
        "Page: built in {}. Compressed, it loads:",
        process::format_duration(started.elapsed())
    );
    weight::print(workspace)
}

/// Checks how heavy the page is.
///
/// # Errors
/// When a part of it is above its limit.
pub(crate) fn check_weight(workspace: &Workspace) -> Result<()> {
    weight::check(workspace)
}

/// A Trunk command with common settings, which finds our tools and downloads nothing.
pub(crate) fn trunk(workspace: &Workspace, tools: &Tools, command: &str) -> Result<Command> {
    let trunk = tools.trunk.as_ref().context("Trunk is missing")?;
    let mut trunk = Command::new(&trunk.path);
    trunk
        .current_dir(&workspace.root)
        .args([command, "--offline"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    if let Some(path) = tools.path() {
        trunk.env("PATH", path);
    }
    // Trunk does not accept `NO_COLOR=1`, only `true` or `false`.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// Downloads the sources of all crates, because Trunk runs offline.
pub(crate) fn fetch(workspace: &Workspace) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["fetch", "--quiet"]);
    // For the page, and for the build scripts and macros that run on this machine.
    for target in ["wasm32-unknown-unknown", "host-tuple"] {
        cargo.args(["--target", target]);
    }
    process::run(&mut cargo)
}

fn trunk_build(workspace: &Workspace, tools: &Tools, next: &Path) -> Result<Command> {
    let mut trunk = trunk(workspace, tools, "build")?;
    trunk
        .args(["--release", "--features", "split", "--dist"])
        .arg(next);
    trunk.env("CARGO_ENCODED_RUSTFLAGS", rust_flags()?);
    Ok(trunk)
}

/// Compiler flags for the page: those of `.cargo/config.toml`, which this variable overrides, and
/// shorter paths of source files in panic messages. The full paths would add some kilobytes to
/// the page and tell others about the build machine.
fn rust_flags() -> Result<String> {
    let mut flags = vec!["--cfg".to_owned(), "erase_components".to_owned()];
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
    };
    let registries = home.join("registry").join("src");
    if let Ok(entries) = fs::read_dir(&registries) {
        for entry in entries {
            let source = entry?.path();
            flags.push(format!("--remap-path-prefix={}/=", source.display()));
        }
    }
    Ok(flags.join("\u{1f}"))
}

/// Minifies the scripts, if esbuild is installed.
fn minify(tools: &Tools, folder: &Path) -> Result<()> {
    let Some(esbuild) = &tools.esbuild else {
        return Ok(());
    };
    for file in files::below(folder)? {
        if file.extension().is_some_and(|extension| extension == "js") {
            let mut command = Command::new(&esbuild.path);
            command
                .args(["--minify", "--log-level=warning", "--allow-overwrite"])
                .arg(format!("--outfile={}", file.display()))
                .arg(&file);
            process::run(&mut command)?;
        }
    }
    Ok(())
}

/// Removes JavaScript of earlier builds, which Trunk would copy.
fn remove_old_snippets(workspace: &Workspace) -> Result<()> {
    for mode in ["release", "debug"] {
        let folder = workspace.target.join("wasm-bindgen").join(mode);
        swap::remove(&folder.join("snippets"))?;
    }
    Ok(())
}
