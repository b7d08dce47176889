//! Takes the page's program apart: what the page starts with, and the pieces that load later.
//!
//! Trunk cannot do that: it is possible only before wasm-bindgen, with what the linker knows. So
//! this starts from the program that Cargo has linked, which stays as it is, and puts the parts
//! over Trunk's one file. `frontend/src/piece.rs` declares the pieces.

mod loaders;
mod merge;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use sha2::{Digest as _, Sha256};

use self::loaders::Files;
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
/// The pieces that may be needed before it.
const EARLY_PIECES: [&str; 2] = ["account", KOREAN];
/// The piece with the texts of Korean, which `first.js` loads for its readers.
const KOREAN: &str = "korean";
/// The piece that reads what an earlier visit has stored, which `first.js` loads for who was here.
const STORED: &str = "stored";
/// The piece that everybody needs as soon as there is a connection. What it shares with later ones goes
/// into its own file.
const TOOLS: &str = "tools";
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

    let modules = merged(tools, &parts.split_modules, &parts.prefetch_map)?;
    let mut names = HashMap::new();
    for (module, stems) in &modules {
        optimise(tools, module)?;
        let content = fs::read(module)?;
        let name = name_by_content(&stem_of(module)?, &content);
        fs::write(folder.join(&name), content)?;
        for stem in stems {
            names.insert(stem.as_str(), name.clone());
        }
    }
    let mut pieces = Files::new();
    for (piece, stems) in &parts.prefetch_map {
        let files = stems.iter().filter_map(|stem| names.get(stem.as_str()));
        pieces.insert(piece.clone(), files.cloned().collect());
    }
    let link = fs::read_to_string(work.join(LINK))?;
    let loading = loaders::with_files(&link, &pieces)?;

    let bound = work.join("bound");
    bind(tools, &main, &bound)?;
    let glue = fs::read_to_string(bound.join(&script))?;
    let module = bound.join(format!("{PROGRAM}_bg.wasm"));
    optimise(tools, &module)?;
    fs::write(the_one(folder, ".js")?, one_script(&loading, &glue)?)?;
    fs::copy(&module, the_one(folder, "_bg.wasm")?)?;

    let index = folder.join("index.html");
    let html = fs::read_to_string(&index)?;
    let first = addresses(&pieces, FIRST_PIECE)?;
    let (korean, stored) = (addresses(&pieces, KOREAN)?, addresses(&pieces, STORED)?);
    // Its other files are those of the first.
    let is_new = |address: &&str| !first.split(' ').any(|other| other == *address);
    let stored: Vec<&str> = stored.split(' ').filter(is_new).collect();
    let html = with_addresses(&html, [&first, &korean, &stored.join(" ")]);
    fs::write(
        &index,
        html.context("index.html has no place for the addresses of the pieces")?,
    )?;
    Ok(())
}

/// Puts files together, so that there are fewer of them. Returns the files, each with the names of
/// those that are in it.
fn merged(
    tools: &Tools,
    modules: &[PathBuf],
    pieces: &HashMap<String, Vec<String>>,
) -> Result<Vec<(PathBuf, Vec<String>)>> {
    let files_of =
        |piece: &str| -> HashSet<&String> { pieces.get(piece).into_iter().flatten().collect() };
    let first = files_of(FIRST_PIECE);
    let early: HashSet<&String> = EARLY_PIECES.into_iter().flat_map(files_of).collect();
    let (spoken, stored, tools_files) = (files_of(KOREAN), files_of(STORED), files_of(TOOLS));
    let (mut own, mut common, mut others) = (vec![], vec![], vec![]);
    let (mut words, mut small, mut acting) = (vec![], vec![], vec![]);
    for module in modules {
        let stem = stem_of(module)?;
        match (first.contains(&stem), early.contains(&stem)) {
            // The piece has the name of its own file.
            (true, false) if stem.ends_with(FIRST_PIECE) => own.insert(0, module.clone()),
            (true, false) => own.push(module.clone()),
            (true, true) => common.push(module.clone()),
            // Single words, which other pieces have too.
            (false, _) if spoken.contains(&stem) && !stem.ends_with(KOREAN) => {
                words.push(module.clone());
            }
            (false, _) if stored.contains(&stem) && !stem.ends_with(STORED) => {
                small.push(module.clone());
            }
            (false, _) if stem.ends_with(TOOLS) => acting.insert(0, module.clone()),
            (false, false) if tools_files.contains(&stem) => acting.push(module.clone()),
            (false, _) => others.push(module.clone()),
        }
    }
    let mut groups: Vec<Vec<PathBuf>> = others.into_iter().map(|module| vec![module]).collect();
    let wasm_merge = tools
        .wasm_opt
        .as_ref()
        .map(|tool| tool.path.with_file_name("wasm-merge"));
    if let Some(wasm_merge) = wasm_merge.filter(|path| path.is_file()) {
        for group in [own, common, words, small, acting] {
            merge::merge(&wasm_merge, &group)?;
            groups.push(group);
        }
    } else {
        let all = [own, common, words, small, acting].into_iter().flatten();
        groups.extend(all.map(|module| vec![module]));
    }
    let mut files = Vec::new();
    for group in groups {
        let stems = group.iter().map(|module| stem_of(module));
        let stems = stems.collect::<Result<Vec<String>>>()?;
        files.extend(group.into_iter().next().map(|file| (file, stems)));
    }
    Ok(files)
}

/// The addresses of a piece's files.
fn addresses(pieces: &Files, piece: &str) -> Result<String> {
    let files = pieces.get(piece);
    let files = files.with_context(|| format!("there is no piece {piece}"))?;
    let addresses: Vec<String> = files.iter().map(|name| format!("/{name}")).collect();
    Ok(addresses.join(" "))
}

fn stem_of(module: &Path) -> Result<String> {
    let stem = module.file_stem().context("a piece without a name")?;
    Ok(stem.to_string_lossy().into_owned())
}

/// The page with the addresses in the element that `first.js` reads. Trunk writes the element as
/// short as it can.
fn with_addresses(html: &str, [first, korean, stored]: [&str; 3]) -> Option<String> {
    let spellings = ["name=pieces", "name=\"pieces\""];
    let name = spellings.into_iter().find_map(|name| html.find(name))?;
    let start = html[..name].rfind('<')?;
    let end = name + html[name..].find('>')?;
    let (before, after) = (&html[..start], &html[end..]);
    Some(format!(
        "{before}<meta name=pieces content=\"{first}\" data-ko=\"{korean}\" data-known=\"{stored}\"{after}"
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
        .args(["-Oz", "--low-memory-unused", "--zero-filled-memory"])
        .args(["-ocimfs", "50"])
        // What is alike stands together, which compresses better.
        .arg("--reorder-functions-by-name")
        .args(["--strip-producers", "--strip-target-features"])
        .arg(module)
        .arg("-o")
        .arg(module);
    process::run(&mut command)
}

/// Joins the script that loads the pieces (`loaders`) and wasm-bindgen's. They name each other, so two files could not
/// both have names by their content; and a second address of either would be a second program.
fn one_script(loading: &str, glue: &str) -> Result<String> {
    let mut text = format!("{FETCH}{loading}");
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
        let loading = "const loaders = { __wasm_split_load_shell: piece([]) };\n";
        let glue = "import * as import1 from \"./pieces.js\"\nimport * as import2 from \"./pieces.js\"\n\
            return {\n    \"./pieces.js\": import1,\n    \"./pieces.js\": import2,\n};\n";
        let script = one_script(loading, glue)?;
        let joined = script.strip_prefix(FETCH).context("fetch.js comes first")?;
        assert_eq!(
            joined,
            "const loaders = { __wasm_split_load_shell: piece([]) };\n\
            const import1 = loaders;\nconst import2 = loaders;\n\
            return {\n    \"./pieces.js\": import1,\n};\n"
        );
        Ok(())
    }

    #[test]
    fn a_script_that_looks_different_is_an_error() {
        assert!(one_script("", "const wasm = 1;\n").is_err());
    }

    #[test]
    fn the_addresses_are_put_where_the_page_looks_for_them() {
        for element in [
            "<meta name=pieces>",
            "<meta name=\"pieces\" content=\"\" />",
            "<meta content name=pieces>",
        ] {
            let html = with_addresses(
                &format!("<title>{element}<link>"),
                ["/a.wasm /b.wasm", "/c.wasm", "/d.wasm"],
            );
            let expected = "<title><meta name=pieces content=\"/a.wasm /b.wasm\" \
                data-ko=\"/c.wasm\" data-known=\"/d.wasm\"><link>";
            assert_eq!(html.as_deref(), Some(expected), "{element}");
        }
        assert_eq!(
            with_addresses("<meta name=other>", ["/a.wasm", "", ""]),
            None
        );
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
