//! The source files of the project.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

const FOLDERS: [&str; 5] = ["shared", "server", "frontend", "xtask", "bench"];
const EXTENSIONS: [&str; 4] = ["rs", "css", "js", "html"];

/// A source file.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path in the repository, with `/` between folders.
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    #[cfg(test)]
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(super) fn read(root: &Path, path: &str) -> Result<Self> {
        let file = root.join(path);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {} as text", file.display()))?;
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// Whether it is the root module of a folder: `a/mod.rs`, `lib.rs`, `main.rs`, or `a.rs` beside `a/`.
    pub(super) fn is_folder_root(&self, sources: &[Source]) -> bool {
        let Some(stem) = self.path.strip_suffix(".rs") else {
            return false;
        };
        let is_named = ["/mod", "/lib", "/main"]
            .iter()
            .any(|name| stem.ends_with(name));
        let folder = format!("{stem}/");
        is_named
            || sources
                .iter()
                .any(|source| source.path.starts_with(&folder))
    }

    /// The numbered lines without comments. A `//` inside a string ends the line too early; the check
    /// may miss something after it.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| {
            let code = match line.split_once("//") {
                Some((code, _)) if code.trim().is_empty() || code.ends_with(' ') => code,
                _ => line,
            };
            (index + 1, code)
        })
    }
}

/// All source files of the project.
pub(super) fn all(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders: Vec<_> = FOLDERS.iter().map(ToString::to_string).collect();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder))
            .with_context(|| format!("cannot read the folder {folder}"))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            let extension = Path::new(&name).extension().unwrap_or_default();
            if entry.file_type()?.is_dir() {
                // Code of other projects, which is kept for tests, follows other rules.
                if name != "vendor" && name != "target" {
                    folders.push(path);
                }
            } else if EXTENSIONS.iter().any(|wanted| extension == *wanted) {
                sources.push(Source::read(root, &path)?);
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}
