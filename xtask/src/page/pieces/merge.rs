//! Puts what several pieces share into as few files as possible.
//!
//! Whoever takes the program apart puts what two pieces share into a file for these two, and what
//! three share into one for these three. Of six pieces that makes some twenty files, each a request,
//! and small files compress badly. All that the first piece shares with pieces that nobody needs
//! before it goes into its own file. Only the forms of accounts may be needed before: what it shares
//! with them becomes one file of both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::super::wasm::{
    CUSTOM, EXPORTS, HEADER, IMPORTS, Reader, push_number, push_section, push_sized, sections,
};
use crate::process;

/// The name under which the pieces import what the program shares with them.
const SHARED: &str = "__wasm_split";
/// The name under which the module in the middle imports it.
const OUTER: &str = "outer";
/// What the compiler may use for `wasm32-unknown-unknown` (Rust 1.95), without what it may not.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Merges modules into the first of them, with wasm-merge.
///
/// wasm-merge unites an import only with the export of another module. So there is one module more,
/// which imports what all import, and exports it to them; else each would keep a memory of its own.
pub(super) fn merge(wasm_merge: &Path, modules: &[PathBuf]) -> Result<()> {
    let [into, others @ ..] = modules else {
        return Ok(());
    };
    if others.is_empty() {
        return Ok(());
    }
    let mut contents = Vec::new();
    for module in modules {
        contents.push(fs::read(module)?);
    }
    let middle = into.with_extension("middle.wasm");
    fs::write(&middle, middle_module(&contents)?)?;
    let mut command = Command::new(wasm_merge);
    command.args(FEATURES).arg("--skip-export-conflicts");
    command.arg(&middle).arg(SHARED);
    for (number, module) in modules.iter().enumerate() {
        command.arg(module).arg(format!("m{number}"));
    }
    let merged = into.with_extension("merged.wasm");
    process::run(command.arg("-o").arg(&merged))?;
    let module = fs::read(&merged)?;
    let mut new = outermost(&module).context("the merged piece cannot be read")?;
    let first = contents.first().map_or(&[][..], Vec::as_slice);
    if let Some(features) = features(first)? {
        push_section(&mut new, CUSTOM, features);
    }
    fs::write(into, new)?;
    for left in others.iter().chain([&middle, &merged]) {
        fs::remove_file(left)?;
    }
    Ok(())
}

/// A module that imports all that these modules import, and exports it under the same names.
fn middle_module(modules: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut found: Vec<(&[u8], &[u8])> = Vec::new();
    for module in modules {
        for (from, name, description) in imports(module)? {
            ensure!(from == SHARED.as_bytes(), "a piece imports from elsewhere");
            if found.iter().all(|(other, _)| *other != name) {
                found.push((name, description));
            }
        }
    }
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut indices = [0_u64; 5];
    for list in [&mut imports, &mut exports] {
        push_number(list, found.len() as u64);
    }
    for (name, description) in found {
        push_sized(&mut imports, OUTER.as_bytes());
        push_sized(&mut imports, name);
        imports.extend(description);
        let kind = *description.first().context("an import without a kind")?;
        let index = indices.get_mut(usize::from(kind));
        let index = index.context("an import of an unknown kind")?;
        push_sized(&mut exports, name);
        exports.push(kind);
        push_number(&mut exports, *index);
        *index += 1;
    }
    let mut module = HEADER.to_vec();
    push_section(&mut module, IMPORTS, &imports);
    push_section(&mut module, EXPORTS, &exports);
    Ok(module)
}

/// The section that tells wasm-opt what the compiler has used. wasm-merge leaves it out.
fn features(module: &[u8]) -> Result<Option<&[u8]>> {
    let mut name = Vec::new();
    push_sized(&mut name, b"target_features");
    let is_it = |(id, content): &(u8, &[u8])| *id == CUSTOM && content.starts_with(&name);
    let found = sections(module)?.into_iter().find(is_it);
    Ok(found.map(|(_, content)| content))
}

/// The module with its imports as the pieces have them, and without exports.
fn outermost(module: &[u8]) -> Result<Vec<u8>> {
    let mut new = HEADER.to_vec();
    for (id, content) in sections(module)? {
        match id {
            IMPORTS => {
                let all = imports(module)?;
                let mut section = Vec::new();
                push_number(&mut section, all.len() as u64);
                for (_, name, description) in all {
                    push_sized(&mut section, SHARED.as_bytes());
                    push_sized(&mut section, name);
                    section.extend(description);
                }
                push_section(&mut new, id, &section);
            }
            EXPORTS | CUSTOM => {}
            _ => push_section(&mut new, id, content),
        }
    }
    Ok(new)
}

/// What a module imports: from which module, the name and the description.
type Import<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Everything that a module imports.
fn imports(module: &[u8]) -> Result<Vec<Import<'_>>> {
    let mut found = Vec::new();
    for (id, content) in sections(module)? {
        if id == IMPORTS {
            let mut rest = Reader(content);
            for _ in 0..rest.number()? {
                found.push((rest.sized()?, rest.sized()?, rest.description()?));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: (&str, &[u8]) = ("memory", &[2, 0, 1]);
    const TABLE: (&str, &[u8]) = ("table", &[1, 0x70, 0, 9]);

    fn piece(from: &str, wanted: &[(&str, &[u8])]) -> Vec<u8> {
        let mut section = Vec::new();
        push_number(&mut section, wanted.len() as u64);
        for (name, description) in wanted {
            push_sized(&mut section, from.as_bytes());
            push_sized(&mut section, name.as_bytes());
            section.extend(*description);
        }
        let mut module = HEADER.to_vec();
        push_section(&mut module, IMPORTS, &section);
        module
    }

    #[test]
    fn the_module_in_the_middle_has_each_import_once() -> Result<()> {
        let pieces = [piece(SHARED, &[MEMORY]), piece(SHARED, &[TABLE, MEMORY])];
        let middle = middle_module(&pieces)?;
        let mut exports = vec![2];
        for (name, kind) in [("memory", 2), ("table", 1)] {
            push_sized(&mut exports, name.as_bytes());
            exports.extend([kind, 0]);
        }
        let mut expected = piece(OUTER, &[MEMORY, TABLE]);
        push_section(&mut expected, EXPORTS, &exports);
        assert_eq!(middle, expected);
        assert_eq!(outermost(&middle)?, piece(SHARED, &[MEMORY, TABLE]));
        Ok(())
    }

    #[test]
    fn a_piece_that_imports_from_elsewhere_is_an_error() {
        assert!(middle_module(&[piece("env", &[MEMORY])]).is_err());
    }
}
