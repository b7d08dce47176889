//! Takes the page's program apart: what the page starts with, and the pieces that load later.
//!
//! Trunk cannot do that: it is possible only before wasm-bindgen, with what the linker knows. So
//! this starts from the program that Cargo has linked, which stays as it is, and puts the parts
//! over Trunk's one file. `frontend/src/piece.rs` declares the pieces.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use sha2::{Digest as _, Sha256};

use super::fingerprint::hex;
use super::{files, swap};
use crate::process;
use crate::tools::{Tool, Tools};
use crate::workspace::Workspace;

const PROGRAM: &str = "madang-web";
/// The script that loads the pieces, as the program calls it. It becomes a part of the page's
/// script.
const LINK: &str = "./pieces.js";
/// The piece that everybody needs after signing in. `first.js` loads it at once if somebody was
/// here before.
const FIRST_PIECE: &str = "shell";
/// Replaces `fetch` in the script that loads the pieces.
const FETCH: &str = include_str!("pieces/fetch.js");

/// Takes the linked program apart, and puts the parts over Trunk's one file in `folder`.
pub(super) fn split(workspace: &Workspace, tools: &Tools, folder: &Path) -> Result<()> {
    let linked = workspace
        .target
        .join("wasm32-unknown-unknown/wasm-release")
        .join(format!("{PROGRAM}.wasm"));
    let program = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    let work = workspace.state().join("pieces");
    swap::remove(&work)?;
    let main = work.join("main.wasm");
    let script = format!("./{PROGRAM}.js");

    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = LINK;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the page's program cannot be taken apart: {error:#}"))?;

    let mut link = fs::read_to_string(work.join(LINK))?;
    let mut addresses = Vec::new();
    let first = parts.prefetch_map.get(FIRST_PIECE);
    let first = first.with_context(|| format!("there is no piece {FIRST_PIECE}"))?;
    for part in &parts.split_modules {
        let stem = part.file_stem().context("a piece without a name")?;
        let stem = stem.to_string_lossy();
        optimise(tools, part)?;
        let content = fs::read(part)?;
        let name = name_by_content(&stem, &content);
        fs::write(folder.join(&name), content)?;
        link = link.replace(&format!("\"./{stem}.wasm\""), &format!("\"./{name}\""));
        if first.iter().any(|needed| *needed == *stem) {
            addresses.push(format!("/{name}"));
        }
    }

    let bound = work.join("bound");
    bind(tools, &main, &bound)?;
    let glue = fs::read_to_string(bound.join(&script))?;
    let module = bound.join(format!("{PROGRAM}_bg.wasm"));
    optimise(tools, &module)?;
    fs::write(the_one(folder, ".js")?, one_script(&link, &glue)?)?;
    fs::copy(&module, the_one(folder, "_bg.wasm")?)?;

    let index = folder.join("index.html");
    let html = fs::read_to_string(&index)?;
    let html = with_addresses(&html, &addresses.join(" "));
    fs::write(
        &index,
        html.context("index.html has no place for the addresses of the pieces")?,
    )?;
    Ok(())
}

/// The page with the addresses in the element that `first.js` reads. Trunk writes the element as
/// short as it can.
fn with_addresses(html: &str, addresses: &str) -> Option<String> {
    let spellings = ["name=pieces", "name=\"pieces\""];
    let name = spellings.into_iter().find_map(|name| html.find(name))?;
    let start = html[..name].rfind('<')?;
    let end = name + html[name..].find('>')?;
    let (before, after) = (&html[..start], &html[end..]);
    Some(format!(
        "{before}<meta name=pieces content=\"{addresses}\"{after}"
    ))
}

/// Whether a file of the page is a piece of the program.
pub(super) fn is_piece(name: &str) -> bool {
    name.starts_with("madang-")
        && !name.starts_with(PROGRAM)
        && Path::new(name)
            .extension()
            .is_some_and(|kind| kind == "wasm")
}

/// `madang-shell-<hash>.wasm`. What several pieces share is a file without a name of its own.
fn name_by_content(stem: &str, content: &[u8]) -> String {
    let name = stem.strip_prefix("split_").unwrap_or("shared");
    let digest = hex(&Sha256::digest(content));
    format!("madang-{name}-{}.wasm", &digest[..16])
}

/// Runs wasm-bindgen on the main part. The names that the linker exports are kept, because the
/// pieces need them.
fn bind(tools: &Tools, main: &Path, out: &Path) -> Result<()> {
    let bindgen = tools.wasm_bindgen.as_ref();
    let bindgen = bindgen.context("wasm-bindgen is missing")?;
    let mut command = Command::new(&bindgen.path);
    command
        .args(["--target=web", "--keep-lld-exports"])
        .args(["--no-demangle", "--no-typescript"])
        .args(["--out-name", PROGRAM, "--out-dir"])
        .arg(out)
        .arg(main);
    process::run(&mut command)
}

/// Makes a module smaller, if wasm-opt is installed.
fn optimise(tools: &Tools, module: &Path) -> Result<()> {
    let Some(Tool { path, .. }) = &tools.wasm_opt else {
        return Ok(());
    };
    let mut command = Command::new(path);
    command
        .args(["-Os", "--low-memory-unused", "--zero-filled-memory"])
        .args(["-ocimfs", "50"])
        .args(["--strip-producers", "--strip-target-features"])
        .arg(module)
        .arg("-o")
        .arg(module);
    process::run(&mut command)
}

/// Joins the script that loads the pieces and wasm-bindgen's. They name each other, so two files could not
/// both have names by their content; and a second address of either would be a second program.
fn one_script(loading: &str, glue: &str) -> Result<String> {
    let mut loaders = Vec::new();
    let mut text = FETCH.to_owned();
    for line in loading.lines() {
        if line.starts_with("import ") {
            continue;
        }
        let inner = line.strip_prefix("export ").unwrap_or(line);
        let name = inner.strip_prefix("const ").unwrap_or_default();
        if let Some((name, _)) = name
            .split_once(' ')
            .filter(|_| name.starts_with("__wasm_split_load_"))
        {
            loaders.push(name);
        }
        text.push_str(&inner.replace("fetch(new URL(", "fetchPiece(new URL("));
        text.push('\n');
    }
    ensure!(
        text.contains("= fetchPiece("),
        "the pieces are loaded in another way"
    );
    let _ = writeln!(text, "const loaders = {{ {} }};", loaders.join(", "));
    // wasm-bindgen imports the link file once for each function that it takes from it.
    let end = format!(" from \"{LINK}\"");
    let key = format!("\"{LINK}\": ");
    let (mut imports, mut keys) = (0, 0);
    for line in glue.lines() {
        if line.trim_start().starts_with(&key) {
            keys += 1;
            if keys > 1 {
                continue;
            }
        }
        let import = line.strip_prefix("import * as ");
        let name = import.and_then(|rest| rest.trim_end_matches(';').strip_suffix(&end));
        if let Some(name) = name {
            let _ = writeln!(text, "const {name} = loaders;");
            imports += 1;
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    ensure!(
        imports > 0,
        "wasm-bindgen imports the loaders in another way"
    );
    Ok(text)
}

/// The one file of the program in the folder whose name ends like this.
fn the_one(folder: &Path, end: &str) -> Result<PathBuf> {
    let mut found = files::below(folder)?;
    found.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(PROGRAM) && name.ends_with(end)
    });
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(found) => bail!("Trunk left {} files {PROGRAM}*{end}", found.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_scripts_become_one_without_imports() -> Result<()> {
        let loading = "import { initSync } from \"./madang-web.js\";\n\
            export const __wasm_split_load_shell = load(() => {\n    \
            const src = fetch(new URL(\"./split_shell.wasm\", import.meta.url));\n});\n\
            const chunk = 1;\n";
        let glue = "import * as import1 from \"./pieces.js\"\nimport * as import2 from \"./pieces.js\"\n\
            return {\n    \"./pieces.js\": import1,\n    \"./pieces.js\": import2,\n};\n";
        let script = one_script(loading, glue)?;
        let joined = script.strip_prefix(FETCH).context("fetch.js comes first")?;
        assert_eq!(
            joined,
            "const __wasm_split_load_shell = load(() => {\n    \
            const src = fetchPiece(new URL(\"./split_shell.wasm\", import.meta.url));\n});\n\
            const chunk = 1;\n\
            const loaders = { __wasm_split_load_shell };\n\
            const import1 = loaders;\nconst import2 = loaders;\n\
            return {\n    \"./pieces.js\": import1,\n};\n"
        );
        Ok(())
    }

    #[test]
    fn scripts_that_look_different_are_an_error() {
        let loading = "const src = fetch(new URL(\"./a.wasm\", import.meta.url));\n";
        assert!(one_script(loading, "const wasm = 1;\n").is_err());
        assert!(one_script("", "import * as import1 from \"./pieces.js\"\n").is_err());
    }

    #[test]
    fn the_addresses_are_put_where_the_page_looks_for_them() {
        for element in [
            "<meta name=pieces>",
            "<meta name=\"pieces\" content=\"\" />",
            "<meta content name=pieces>",
        ] {
            let html = with_addresses(&format!("<title>{element}<link>"), "/a.wasm /b.wasm");
            let expected = "<title><meta name=pieces content=\"/a.wasm /b.wasm\"><link>";
            assert_eq!(html.as_deref(), Some(expected), "{element}");
        }
        assert_eq!(with_addresses("<meta name=other>", "/a.wasm"), None);
    }

    #[test]
    fn pieces_are_named_by_their_content() {
        let shell = name_by_content("split_shell", b"abc");
        assert_eq!(shell, "madang-shell-ba7816bf8f01cfea.wasm");
        let shared = name_by_content("chunk_3", b"abc");
        assert_eq!(shared, "madang-shared-ba7816bf8f01cfea.wasm");
        assert!(is_piece(&shell) && is_piece(&shared));
        assert!(!is_piece("madang-web-ba7816bf8f01cfea_bg.wasm"));
    }
}
