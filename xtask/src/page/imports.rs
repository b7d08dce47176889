//! Shortens the names of the functions that the page's WebAssembly imports.
//!
//! wasm-bindgen builds each name from the function, its types and a hash, and writes it into the
//! module and into its script. Nobody reads these names, and they compress badly: they are some
//! kilobytes of every page.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::wasm::{HEADER, IMPORTS, Reader, push_number, push_section, push_sized, sections};

/// The prefix of the names that wasm-bindgen makes. All other names stay.
const PREFIX: &str = "__wb";

/// Shortens the names in the module in `folder` and in its script.
pub(super) fn shorten(folder: &Path) -> Result<()> {
    let files = super::files::below(folder)?;
    let ending_in = |end: &str| -> Result<PathBuf> {
        let is_it = |file: &&PathBuf| file.to_string_lossy().ends_with(end);
        let found = files.iter().find(is_it);
        found
            .cloned()
            .with_context(|| format!("Trunk left no *{end}"))
    };
    let module = ending_in("_bg.wasm")?;
    let script = PathBuf::from(module.to_string_lossy().replace("_bg.wasm", ".js"));
    let bytes = fs::read(&module)?;
    let mut names = HashMap::new();
    let shortened = rewrite(&bytes, &mut names).context("the page's module cannot be read")?;
    let text =
        fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    fs::write(&module, shortened)?;
    fs::write(&script, replace(&text, &names))?;
    Ok(())
}

/// Returns the module with short names, and adds them to `names`, by their long names.
fn rewrite(module: &[u8], names: &mut HashMap<String, String>) -> Result<Vec<u8>> {
    let mut new = HEADER.to_vec();
    for (id, content) in sections(module)? {
        if id == IMPORTS {
            push_section(&mut new, id, &imports(content, names)?);
        } else {
            push_section(&mut new, id, content);
        }
    }
    Ok(new)
}

fn imports(section: &[u8], names: &mut HashMap<String, String>) -> Result<Vec<u8>> {
    let mut rest = Reader(section);
    let count = rest.number()?;
    let mut new = Vec::new();
    push_number(&mut new, count);
    for _ in 0..count {
        push_sized(&mut new, rest.sized()?);
        let name = std::str::from_utf8(rest.sized()?)?;
        if name.starts_with(PREFIX) {
            let next = short(names.len());
            let short = names.entry(name.to_owned()).or_insert(next);
            push_sized(&mut new, short.as_bytes());
        } else {
            push_sized(&mut new, name.as_bytes());
        }
        new.extend(rest.description()?);
    }
    Ok(new)
}

/// `$0`, `$1` …: no identifier in the script starts like this.
fn short(number: usize) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = Vec::new();
    let mut rest = number;
    loop {
        digits.push(char::from(DIGITS[rest % DIGITS.len()]));
        rest /= DIGITS.len();
        if rest == 0 {
            break;
        }
    }
    digits.push('$');
    digits.iter().rev().collect()
}

/// The script with the names replaced wherever they are whole words.
fn replace(script: &str, names: &HashMap<String, String>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut new = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(PREFIX) {
        let (before, after) = rest.split_at(at);
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        let (word, left) = after.split_at(end);
        let is_whole = !before.ends_with(is_part);
        new.push_str(before);
        new.push_str(
            names
                .get(word)
                .filter(|_| is_whole)
                .map_or(word, String::as_str),
        );
        rest = left;
    }
    new.push_str(rest);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with these imported functions and one custom section.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        push_number(&mut section, names.len() as u64);
        for name in names {
            push_sized(&mut section, b"./page_bg.js");
            push_sized(&mut section, name.as_bytes());
            section.extend([0, 5]);
        }
        let mut module = HEADER.to_vec();
        module.push(IMPORTS);
        push_sized(&mut module, &section);
        module.push(0);
        push_sized(&mut module, b"\x04name!");
        module
    }

    #[test]
    fn made_names_are_short_in_the_module_and_in_the_script_and_others_stay() -> Result<()> {
        let long = module(&[
            "__wbg_new_1a2b",
            "memory",
            "__wbindgen_throw",
            "__wbg_new_1a2b",
        ]);
        let mut names = HashMap::new();
        assert_eq!(
            rewrite(&long, &mut names)?,
            module(&["$0", "memory", "$1", "$0"])
        );
        let script = "imports.__wbg_new_1a2b = () => 0; imports.__wbg_new_1a2b_ = x__wbindgen_throw, __wbindgen_throw";
        assert_eq!(
            replace(script, &names),
            "imports.$0 = () => 0; imports.__wbg_new_1a2b_ = x__wbindgen_throw, $1"
        );
        Ok(())
    }

    #[test]
    fn a_truncated_module_is_an_error() {
        let whole = module(&["__wbg_a", "__wbg_b"]);
        assert!(rewrite(&whole[..whole.len() - 1], &mut HashMap::new()).is_err());
        assert!(rewrite(b"\0asm", &mut HashMap::new()).is_err());
    }

    #[test]
    fn short_names_differ() {
        let names: std::collections::BTreeSet<String> = (0..2_000).map(short).collect();
        assert_eq!(names.len(), 2_000);
        assert_eq!((short(0), short(36)), ("$0".to_owned(), "$10".to_owned()));
    }
}
