//! Puts the page in `dist/` into the program, as a table of files that `http/page.rs` serves.
//!
//! `cargo xtask build` makes `dist/`. Without it the table is empty: the server still compiles,
//! and answers with what to do.

#[path = "build/inline.rs"]
mod inline;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest folder")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no output folder")?);
    let dist = package
        .parent()
        .ok_or("the package is not in a workspace")?
        .join("dist");

    // While a watched path is missing, Cargo runs this script at every build.
    fs::create_dir_all(&dist)?;
    // Relative to the package: a moved checkout stays right.
    println!("cargo::rerun-if-changed=../dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");

    fs::write(out.join("page.rs"), table(&dist)?)?;
    Ok(())
}

/// The table's source text: an `Option<Page>`.
fn table(dist: &Path) -> Result<String, Box<dyn Error>> {
    let index = dist.join("index.html");
    if !index.is_file() {
        return Ok("None".to_owned());
    }
    let html = fs::read_to_string(index)?;
    let inline = inline::find(&html);
    let mut text = String::from("Some(Page {\n    assets: &[\n");
    for file in files(dist)? {
        entry(dist, &file, &mut text)?;
    }
    write!(
        text,
        "    ],\n    script_hashes: {:?},\n    style_hashes: {:?},\n}})\n",
        hashes(&inline.scripts),
        hashes(&inline.styles)
    )?;
    Ok(text)
}

fn entry(dist: &Path, file: &Path, text: &mut String) -> Result<(), Box<dyn Error>> {
    let name = file
        .strip_prefix(dist)?
        .to_str()
        .ok_or("a file name in dist/ is not UTF-8")?;
    let path = file.to_str().ok_or("the path to dist/ is not UTF-8")?;
    let compressed = format!("{path}.br");
    let brotli = if Path::new(&compressed).is_file() {
        format!("Some(include_bytes!({compressed:?}))")
    } else {
        "None".to_owned()
    };
    let digest = Sha256::digest(fs::read(file)?);
    let tag = digest.iter().take(12).fold(String::new(), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    });
    writeln!(
        text,
        "        Asset {{\n            path: {name:?},\n            content_type: {kind:?},\n            \
         tag: {tag:?},\n            immutable: {hashed},\n            \
         plain: include_bytes!({path:?}),\n            brotli: {brotli},\n        }},",
        kind = content_type(name),
        hashed = is_immutable(name),
    )?;
    Ok(())
}

/// All files of the page except the compressed forms, sorted by name.
fn files(dist: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "br") {
                found.push(path);
            }
        }
    }
    // By the bytes of the whole name, because the server searches the table that way.
    found.sort_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    Ok(found)
}

fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        // With any other type browsers do not compile it while it loads.
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether the name carries a hash of the content, as in `web-<hash>_bg.wasm`,
/// so that the file under this name never changes.
fn is_immutable(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    // The JavaScript files of crates are in folders that are named after the crate.
    !name.contains('/')
        && stem.rsplit_once('-').is_some_and(|(_, hash)| {
            (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

/// Sources for a Content-Security-Policy: `'sha256-…' 'sha256-…'`.
fn hashes(contents: &[String]) -> String {
    let sources: Vec<_> = contents
        .iter()
        .map(|content| {
            let digest = BASE64_STANDARD.encode(Sha256::digest(content));
            format!("'sha256-{digest}'")
        })
        .collect();
    sources.join(" ")
}
