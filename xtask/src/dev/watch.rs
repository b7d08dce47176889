//! Notices changed files by looking at their times and sizes. A few hundred
//! files twice a second cost next to nothing, and it works on every file system.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// Some files and folders, and how they looked last time.
pub(super) struct Watch {
    paths: Vec<PathBuf>,
    last: u64,
}

impl Watch {
    pub(super) fn new(root: &Path, names: &[&str]) -> Self {
        let paths: Vec<_> = names.iter().map(|name| root.join(name)).collect();
        let last = look(&paths);
        Self { paths, last }
    }

    /// Whether anything has changed since the last call.
    pub(super) fn changed(&mut self) -> bool {
        let now = look(&self.paths);
        std::mem::replace(&mut self.last, now) != now
    }
}

fn look(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(path, &mut hasher);
    }
    hasher.finish()
}

/// Files that vanish while one looks are simply not there: the next look settles it.
fn add(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut below: Vec<_> = entries.map(|entry| entry.path()).collect();
        below.sort();
        for path in below {
            add(&path, hasher);
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
    fn a_new_a_changed_and_a_removed_file_are_each_noticed_once() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join("server/src"))?;
        let mut watch = Watch::new(root.path(), &["server", "absent"]);
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
