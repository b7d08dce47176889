//! Which file defines what a path names.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, ItemUse, UseTree, Visibility};

use super::tree::{CrateTree, ModuleId};

/// Imports that lead to imports: more than this is taken for a loop of imports.
const MOST_IMPORTS: usize = 16;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A module.
    Module(ModuleId),
    /// An item that is defined in this module, or something inside such an item.
    Item(ModuleId),
    /// Something outside of the crate, or a local name.
    External,
}

/// One name that a `use` brings in.
#[derive(Debug)]
pub(super) struct Import {
    /// Its name here; `None` for everything (`*`).
    pub(super) name: Option<String>,
    /// The path of what it is.
    pub(super) path: Vec<String>,
    /// Whether others can use it from here (`pub use`).
    pub(super) is_reexport: bool,
    /// The line of its last segment.
    pub(super) line: usize,
}

/// The names that a module has.
#[derive(Debug, Default)]
struct Scope {
    defined: BTreeSet<String>,
    imports: Vec<Import>,
}

/// The names of all modules of a crate.
pub(super) struct Names<'a> {
    tree: &'a CrateTree,
    scopes: BTreeMap<ModuleId, Scope>,
    macros: BTreeMap<String, ModuleId>,
}

impl<'a> Names<'a> {
    pub(super) fn new(tree: &'a CrateTree) -> Self {
        let mut names = Names {
            tree,
            scopes: BTreeMap::new(),
            macros: BTreeMap::new(),
        };
        for (id, module) in tree.modules() {
            let mut scope = Scope::default();
            for item in &module.items {
                if let Item::Use(item) = item {
                    scope.imports.extend(imports(item));
                }
                if let Item::Macro(item) = item
                    && let Some(name) = &item.ident
                {
                    names.macros.insert(name.to_string(), id);
                }
                scope.defined.extend(defined_name(item));
            }
            names.scopes.insert(id, scope);
        }
        names
    }

    /// The module that defines a `macro_rules!` macro.
    pub(super) fn macro_module(&self, name: &str) -> Option<ModuleId> {
        self.macros.get(name).copied()
    }

    /// What a path in the code of a module names.
    pub(super) fn resolve(&self, from: ModuleId, path: &[String]) -> Target {
        self.follow(from, path, 0)
    }

    /// What a name of a module is, if the module re-exports it.
    pub(super) fn reexported(&self, from: ModuleId, name: &str) -> Target {
        let scope = &self.scopes[&from];
        if scope.defined.contains(name) {
            return Target::External;
        }
        self.imported(from, name, 0, true)
            .unwrap_or(Target::External)
    }

    fn follow(&self, from: ModuleId, path: &[String], depth: usize) -> Target {
        let Some((first, rest)) = path.split_first() else {
            return Target::External;
        };
        if depth > MOST_IMPORTS {
            return Target::External;
        }
        let start = match first.as_str() {
            "crate" => Some(Target::Module(CrateTree::ROOT)),
            "self" => Some(Target::Module(from)),
            "super" => self.tree.module(from).parent.map(Target::Module),
            name => self.look_up(from, name, rest.is_empty(), depth),
        };
        let mut target = start.unwrap_or(Target::External);
        for (index, name) in rest.iter().enumerate() {
            let Target::Module(module) = target else {
                break;
            };
            target = match name.as_str() {
                "self" => target,
                "super" => match self.tree.module(module).parent {
                    Some(parent) => Target::Module(parent),
                    None => Target::External,
                },
                name => {
                    let is_last = index + 1 == rest.len();
                    let found = self.look_up(module, name, is_last, depth);
                    // A macro may define it. Then it belongs to the module that is named.
                    let is_macro = || self.macro_module(name).map(Target::Item);
                    found.or_else(is_macro).unwrap_or(Target::Item(module))
                }
            };
        }
        target
    }

    /// A name in the scope of a module. An item and a module may have the same name: the path ends
    /// at the item and goes on through the module.
    fn look_up(&self, module: ModuleId, name: &str, is_last: bool, depth: usize) -> Option<Target> {
        let scope = &self.scopes[&module];
        let item = scope.defined.contains(name).then_some(Target::Item(module));
        let child = self.tree.module(module).children.get(name);
        let child = child.map(|child| Target::Module(*child));
        let first = if is_last {
            item.or(child)
        } else {
            child.or(item)
        };
        first.or_else(|| self.imported(module, name, depth, false))
    }

    fn imported(
        &self,
        module: ModuleId,
        name: &str,
        depth: usize,
        reexports_only: bool,
    ) -> Option<Target> {
        if depth > MOST_IMPORTS {
            return None;
        }
        let imports = self.scopes[&module].imports.iter();
        let imports = imports.filter(|import| import.is_reexport || !reexports_only);
        let (globs, named): (Vec<_>, Vec<_>) = imports.partition(|import| import.name.is_none());
        if let Some(import) = named.iter().find(|one| one.name.as_deref() == Some(name)) {
            return Some(self.follow(module, &import.path, depth + 1));
        }
        globs
            .iter()
            .find_map(|glob| match self.follow(module, &glob.path, depth + 1) {
                Target::Module(target) => self.look_up(target, name, true, depth + 1),
                Target::Item(_) | Target::External => None,
            })
    }
}

/// The names that a `use` brings in.
pub(super) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    if item.leading_colon.is_none() {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        add_imports(&item.tree, &mut Vec::new(), is_reexport, &mut found);
    }
    found
}

fn add_imports(tree: &UseTree, path: &mut Vec<String>, is_reexport: bool, found: &mut Vec<Import>) {
    let (last, name, line) = match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            add_imports(&tree.tree, path, is_reexport, found);
            path.pop();
            return;
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                add_imports(tree, path, is_reexport, found);
            }
            return;
        }
        UseTree::Name(tree) => {
            let name = tree.ident.to_string();
            (
                Some(name.clone()),
                Some(name),
                tree.ident.span().start().line,
            )
        }
        UseTree::Rename(tree) => {
            let (old, new) = (tree.ident.to_string(), tree.rename.to_string());
            (Some(old), Some(new), tree.ident.span().start().line)
        }
        UseTree::Glob(glob) => (None, None, glob.star_token.spans[0].start().line),
    };
    let mut full = path.clone();
    // `use a::{self}` is `use a`.
    let is_self = last.as_deref() == Some("self");
    let name = if is_self && name.as_deref() == Some("self") {
        path.last().cloned()
    } else {
        name
    };
    full.extend(last.filter(|_| !is_self));
    found.push(Import {
        name,
        path: full,
        is_reexport,
        line,
    });
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
