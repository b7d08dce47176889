//! Whatever a view says and may change is said by `use:says`, checked in the source: a text
//! node of the view's own stands still where a translator has taken its place.
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

/// What stands between the brace at the beginning and the one that closes it.
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
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let said = source.find("{tr!(").map(|at| source[..at].lines().count());
        assert_eq!(said, None, "{}: say it with use:says", file.display());
        // What makes elements is no text.
        for (at, _) in source.match_indices("{live(") {
            let line = source[..at].lines().count();
            let child = braced(&source[at..]);
            assert!(
                child.contains("into_any()"),
                "{}:{line}: say it with use:says: {child}",
                file.display()
            );
        }
    }
}
