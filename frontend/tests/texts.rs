//! Every text that may change is set with `use:set_text`. This test checks the source: a text
//! node of a view does not change any more once a translator in the browser has replaced it.
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail it")]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The text from the first brace to the one that closes it.
fn braced(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return &text[..=at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[test]
fn no_text_that_changes_is_a_child_of_a_view() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join("app.rs")];
    for folder in ["components", "pages"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 30);
    let mut closures = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let plain = source.find("{tr!(").map(|at| source[..at].lines().count());
        assert_eq!(plain, None, "{}: use use:set_text", file.display());
        // Closures that return elements are no texts.
        for (at, _) in source.match_indices("{reactive(") {
            closures += 1;
            let line = source[..at].lines().count();
            let child = braced(&source[at..]);
            assert!(
                child.contains("into_any()"),
                "{}:{line}: use use:set_text: {child}",
                file.display()
            );
        }
    }
    assert!(closures > 5, "the helper has another name now");
}
