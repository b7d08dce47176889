//! Detects changed files by their modification times and sizes. For a few hundred files twice a
//! second this is cheap, and it works on every file system.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// Files and folders, and a hash of their last state.
pub(super) struct FileWatch {
    paths: Vec<PathBuf>,
    last: u64,
}

impl FileWatch {
    pub(super) fn new(root: &Path, names: &[&str]) -> Self {
        let paths: Vec<_> = names.iter().map(|name| root.join(name)).collect();
        let last = hash_all(&paths);
        Self { paths, last }
    }

    /// Whether anything has changed since the last call.
    pub(super) fn changed(&mut self) -> bool {
        let now = hash_all(&self.paths);
        std::mem::replace(&mut self.last, now) != now
    }
}

fn hash_all(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        hash_path(path, &mut hasher);
    }
    hasher.finish()
}

/// Files that disappear meanwhile are skipped; the next call sees that they are gone.
fn hash_path(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut below: Vec<_> = entries.map(|entry| entry.path()).collect();
        below.sort();
        for path in below {
            hash_path(&path, hasher);
        }
    } else {
        path.hash(hasher);
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_changed_and_removed_files_are_each_reported_once() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join("server/src"))?;
        let mut watch = FileWatch::new(root.path(), &["server", "absent"]);
        assert!(!watch.changed());

        let file = root.path().join("server/src/main.rs");
        fs::write(&file, "fn main() {}")?;
        assert!(watch.changed());
        assert!(!watch.changed());

        fs::write(&file, "fn main() { todo() }")?;
        assert!(watch.changed());

        fs::remove_file(&file)?;
        assert!(watch.changed());
        assert!(!watch.changed());
        Ok(())
    }
}
