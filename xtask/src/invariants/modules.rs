//! No module is in a circle with another.
//!
//! The check builds a graph for every crate of the workspace. Its nodes are the files of the crate;
//! the file of a folder (`a/mod.rs` or `a.rs`) and the files in the folder are nodes of their own. An
//! inline module belongs to its file. An arrow goes from one file to another if the code of the first
//! names an item that is *defined* in the second:
//!
//! - A path is followed through imports and re-exports to the definition. So naming an item through
//!   the parent that re-exports it is an arrow to the defining file, and none to the parent.
//! - `mod child;` is no arrow, and neither is a re-export (`pub use`) of something below the module.
//!   They are how a parent presents its children, not how it uses them.
//! - A child that names an item defined in the file of its parent has an arrow to it. If the parent
//!   also uses the child, that is a circle: move the item into a file of its own, or move the code
//!   that uses the child.
//! - Tests (`#[cfg(test)]`, `#[test]`), documentation and attributes do not count.
//! - Method calls are not resolved; the type that has the method is named somewhere.
//!
//! The tokens of macro calls are searched for paths as well.

mod circles;
mod names;
mod references;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;

use self::circles::{Graph, Location};
use self::names::Names;
use self::tree::CrateTree;
use super::source::Source;

/// Adds a finding for every circle.
///
/// # Errors
/// When a source file cannot be parsed.
pub(super) fn check(sources: &[Source], findings: &mut String) -> Result<()> {
    let files: BTreeMap<&str, &str> = sources
        .iter()
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .collect();
    check_files(&files, findings)
}

fn check_files(files: &BTreeMap<&str, &str>, findings: &mut String) -> Result<()> {
    let roots = files
        .keys()
        .filter(|path| path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs"));
    for root in roots {
        let tree = CrateTree::read(root, files)?;
        for circle in graph(&tree).circles() {
            let _ = writeln!(findings, "  {root}: modules are in a circle:\n{circle}");
        }
    }
    Ok(())
}

/// The arrows between the files of a crate.
fn graph(tree: &CrateTree) -> Graph {
    let names = Names::new(tree);
    let mut graph = Graph::default();
    for (id, module) in tree.modules() {
        for reference in references::of(tree, &names, id) {
            let target = tree.module(tree.module(reference.target).file_owner);
            let source = tree.module(module.file_owner);
            if source.path != target.path {
                let location = Location {
                    file: module.file.clone(),
                    line: reference.line,
                };
                graph.add(&source.path, &target.path, location);
            }
        }
    }
    graph
}

#[cfg(test)]
mod tests;
