//! The script that loads the pieces: which files belong to which piece.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

/// The start of the name of each function that the program calls to load a piece.
const LOADER: &str = "__wasm_split_load_";

/// The files of each piece.
pub(super) type Files = BTreeMap<String, BTreeSet<String>>;

/// The script that wasm-split wrote, with these files in place of its own.
pub(super) fn with_files(script: &str, files: &Files) -> Result<String> {
    let mut text = String::new();
    for line in script.lines() {
        // From here on one file after the other, and then the pieces.
        if line.starts_with("/* ") || line.contains(LOADER) || line.starts_with("const __chunk_") {
            break;
        }
        if !line.starts_with("import ") {
            text.push_str(line);
            text.push('\n');
        }
    }
    for name in ["wrapAsyncCb(", "makeLoad("] {
        ensure!(text.contains(name), "the pieces are loaded in another way");
    }
    let names: BTreeSet<&String> = files.values().flatten().collect();
    let names: Vec<&String> = names.into_iter().collect();
    text.push_str(
        "const file = (name) => makeLoad(() => {\n  \
         const answer = fetchPiece(new URL(name, import.meta.url));\n  \
         answer.catch(() => {});\n  \
         return (imports) => WebAssembly.instantiateStreaming(answer, imports);\n}, []);\n\
         const piece = (files) => wrapAsyncCb(makeLoad(() => () => {}, files));\n",
    );
    for (number, name) in names.iter().enumerate() {
        let _ = writeln!(text, "const file{number} = file(\"./{name}\");");
    }
    text.push_str("const loaders = {\n");
    for (piece, files) in files {
        let needed = files.iter().map(|file| {
            let number = names.iter().position(|name| *name == file);
            number.map(|number| format!("file{number}"))
        });
        let needed: Option<Vec<String>> = needed.collect();
        let needed = needed.context("a piece without its file")?.join(", ");
        ensure!(
            script.contains(&format!("{LOADER}{piece} ")),
            "the piece {piece} is loaded in another way"
        );
        let _ = writeln!(text, "  {LOADER}{piece}: piece([{needed}]),");
    }
    text.push_str("};\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "import { initSync } from \"./madang-web.js\";\n\
        function wrapAsyncCb(callee) {}\nfunction makeLoad(fetcher, deps) {}\n\
        /* dialogs, shell */\nconst __chunk_1 = makeLoad(() => {}, []);\n\
        export const __wasm_split_load_shell = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));\n\
        export const __wasm_split_load_dialogs = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));\n";

    fn files(of: &[(&str, &[&str])]) -> Files {
        let owned = |(piece, files): &(&str, &[&str])| {
            let files = files.iter().map(|file| (*file).to_owned());
            ((*piece).to_owned(), files.collect())
        };
        of.iter().map(owned).collect()
    }

    #[test]
    fn each_piece_loads_its_files_and_each_file_is_there_once() -> Result<()> {
        let pieces = files(&[("shell", &["a.wasm"]), ("dialogs", &["b.wasm", "a.wasm"])]);
        let script = with_files(SCRIPT, &pieces)?;
        assert!(script.starts_with("function wrapAsyncCb(callee) {}\nfunction makeLoad("));
        assert!(script.ends_with(
            "const file0 = file(\"./a.wasm\");\nconst file1 = file(\"./b.wasm\");\n\
             const loaders = {\n  __wasm_split_load_dialogs: piece([file0, file1]),\n  \
             __wasm_split_load_shell: piece([file0]),\n};\n"
        ));
        Ok(())
    }

    #[test]
    fn a_script_that_looks_different_is_an_error() {
        assert!(with_files("const x = 1;\n", &files(&[("shell", &["a.wasm"])])).is_err());
        assert!(with_files(SCRIPT, &files(&[("search", &["a.wasm"])])).is_err());
    }
}
