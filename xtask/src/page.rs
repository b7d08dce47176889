//! The page: built by Trunk into `dist/`, compressed, ready to go into the server.
//!
//! Built only when something it is made of has changed (`fingerprint`), in a
//! folder of its own that then takes the place of the former one (`swap`), so
//! that a build which fails leaves the page that was there.

mod compress;
mod fingerprint;
mod imports;
mod names;
mod swap;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::tools::{Tool, Tools};
use crate::workspace::Workspace;

/// What a first visit may weigh, compressed, in bytes.
const WEIGHT_LIMIT: u64 = 250_000;

/// Brings `dist/` up to date.
pub(crate) fn build(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let state = workspace.state();
    fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
    // Two builds at once would share the folder they build in.
    let lock = File::create(state.join("page.lock")).context("cannot create the page's lock")?;
    lock.lock().context("cannot take the page's lock")?;

    let note = state.join("page.fingerprint");
    let fingerprint = fingerprint::of(workspace, tools)?;
    let built = fs::read_to_string(&note).unwrap_or_default();
    if built == fingerprint && workspace.dist().join("index.html").is_file() {
        println!("Page: unchanged.");
        return Ok(());
    }

    let begun = Instant::now();
    println!("Page: building (about 3 minutes the first time, seconds later).");
    fetch(workspace)?;
    let next = swap::fresh(workspace)?;
    forget_snippets(workspace)?;
    process::run(&mut trunk_build(workspace, tools, &next)?)?;
    imports::shorten(&next)?;
    minify(tools, &next)?;
    names::make_true(&next)?;
    compress::folder(&next)?;
    swap::into_place(workspace, &next)?;
    fs::write(&note, fingerprint).with_context(|| format!("cannot write {}", note.display()))?;
    println!(
        "Page: built in {}; a first visit loads {} compressed.",
        process::spelled(begun.elapsed()),
        process::bytes(weight(workspace)?)
    );
    Ok(())
}

/// Checks that a first visit stays as light as promised.
///
/// # Errors
/// When it does not, with both figures.
pub(crate) fn check_weight(workspace: &Workspace) -> Result<()> {
    let weight = weight(workspace)?;
    let (is, limit) = (process::bytes(weight), process::bytes(WEIGHT_LIMIT));
    println!("A first visit loads {is} compressed, of {limit}.");
    if weight > WEIGHT_LIMIT {
        bail!("the page weighs {is} compressed; the limit is {limit} (see dist/)");
    }
    Ok(())
}

/// A Trunk that shares its settings, finds its tools and downloads nothing.
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
    // Trunk takes no `NO_COLOR=1`, only `true` or `false`.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// Gets every crate's source: Trunk, being offline, will not.
pub(crate) fn fetch(workspace: &Workspace) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["fetch", "--quiet"]);
    // For the page, and for the build scripts and macros that run here.
    for target in ["wasm32-unknown-unknown", "host-tuple"] {
        cargo.args(["--target", target]);
    }
    process::run(&mut cargo)
}

fn trunk_build(workspace: &Workspace, tools: &Tools, next: &Path) -> Result<Command> {
    let mut trunk = trunk(workspace, tools, "build")?;
    trunk.arg("--dist").arg(next);
    trunk.env("CARGO_ENCODED_RUSTFLAGS", rust_flags()?);
    if tools.wasm_opt.is_some() {
        trunk.arg("--release");
    } else {
        // Trunk insists on wasm-opt in release mode. The profile, named in
        // index.html for release mode, does all the rest.
        trunk.args(["--cargo-profile", "wasm-release"]);
    }
    Ok(trunk)
}

/// Flags for the page's code: those of `.cargo/config.toml`, which this variable stands
/// in for, and shorter names for the sources that panics speak of. They are some
/// kilobytes of every page, and no one else's business.
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

/// Makes the scripts small, if that can be done here.
fn minify(tools: &Tools, folder: &Path) -> Result<()> {
    let Some(esbuild) = &tools.esbuild else {
        return Ok(());
    };
    for file in files(folder)? {
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

/// Trunk copies whatever JavaScript earlier builds left behind.
fn forget_snippets(workspace: &Workspace) -> Result<()> {
    for mode in ["release", "debug"] {
        let folder = workspace.target.join("wasm-bindgen").join(mode);
        swap::remove(&folder.join("snippets"))?;
    }
    Ok(())
}

/// The compressed size of `index.html` and of what it names.
fn weight(workspace: &Workspace) -> Result<u64> {
    let dist = workspace.dist();
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)
        .with_context(|| format!("there is no page: cannot read {}", index.display()))?;
    let mut total = 0;
    for file in files(&dist)? {
        let name = file.strip_prefix(&dist).unwrap_or(&file).to_string_lossy();
        if name == "index.html" || (!name.ends_with(".br") && html.contains(&*name)) {
            let compressed = compress::beside(&file);
            let sent = if compressed.is_file() {
                compressed
            } else {
                file
            };
            total += fs::metadata(&sent)?.len();
        }
    }
    Ok(total)
}

/// All files below a folder, in a stable order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("cannot read the folder {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A tool's version, for the fingerprint.
fn version(tool: Option<&Tool>) -> &str {
    tool.map_or("none", |tool| tool.version.as_str())
}
