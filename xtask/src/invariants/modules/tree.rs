//! The modules of a crate, read from its files.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};

/// A module, by its index in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(usize);

/// A module without its tests.
pub(super) struct Module {
    /// Its path, such as `gateway::hub`; `crate` for the root.
    pub(super) path: String,
    /// The file that contains it.
    pub(super) file: String,
    /// The module whose file it is in: itself, unless it is inline.
    pub(super) file_owner: ModuleId,
    pub(super) parent: Option<ModuleId>,
    pub(super) children: BTreeMap<String, ModuleId>,
    /// Its items, except modules and tests.
    pub(super) items: Vec<Item>,
}

/// All modules of a crate.
#[derive(Default)]
pub(super) struct CrateTree {
    modules: Vec<Module>,
}

impl CrateTree {
    pub(super) const ROOT: ModuleId = ModuleId(0);

    /// Reads the crate with this root file.
    ///
    /// # Errors
    /// When a file is missing or cannot be parsed.
    pub(super) fn read(root: &str, files: &BTreeMap<&str, &str>) -> Result<Self> {
        let mut tree = CrateTree::default();
        let id = tree.push("crate".to_owned(), root.to_owned(), None, true);
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        tree.add_items(id, parse(root, files)?, folder, files)?;
        Ok(tree)
    }

    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    pub(super) fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        let modules = self.modules.iter().enumerate();
        modules.map(|(index, module)| (ModuleId(index), module))
    }

    /// Whether `id` is below `ancestor`, in the tree of modules.
    pub(super) fn is_below(&self, id: ModuleId, ancestor: ModuleId) -> bool {
        let parent = self.module(id).parent;
        parent.is_some_and(|parent| parent == ancestor || self.is_below(parent, ancestor))
    }

    fn push(
        &mut self,
        path: String,
        file: String,
        parent: Option<ModuleId>,
        has_file: bool,
    ) -> ModuleId {
        let id = ModuleId(self.modules.len());
        let inherited = parent.map(|parent| self.module(parent).file_owner);
        self.modules.push(Module {
            path,
            file,
            file_owner: inherited.filter(|_| !has_file).unwrap_or(id),
            parent,
            children: BTreeMap::new(),
            items: Vec::new(),
        });
        id
    }

    /// Adds items to a module; the files of its child modules are in `folder`.
    fn add_items(
        &mut self,
        id: ModuleId,
        items: Vec<Item>,
        folder: &str,
        files: &BTreeMap<&str, &str>,
    ) -> Result<()> {
        for item in items {
            if is_test(attributes(&item)) {
                continue;
            }
            if let Item::Mod(child) = item {
                self.add_child(id, child, folder, files)?;
            } else {
                self.modules[id.0].items.push(item);
            }
        }
        Ok(())
    }

    fn add_child(
        &mut self,
        parent: ModuleId,
        child: ItemMod,
        folder: &str,
        files: &BTreeMap<&str, &str>,
    ) -> Result<()> {
        let name = child.ident.to_string();
        let path = match self.module(parent).path.as_str() {
            "crate" => name.clone(),
            path => format!("{path}::{name}"),
        };
        let below = format!("{folder}/{name}");
        let (id, items, folder) = if let Some((_, items)) = child.content {
            let file = self.module(parent).file.clone();
            (self.push(path, file, Some(parent), false), items, below)
        } else {
            let file = file_of(&child.attrs, folder, &name, files)
                .with_context(|| format!("no file for the module {path}"))?;
            let items = parse(&file, files)?;
            let folder = match file.strip_suffix("/mod.rs") {
                Some(folder) => folder.to_owned(),
                None => below,
            };
            (self.push(path, file, Some(parent), true), items, folder)
        };
        self.modules[parent.0].children.insert(name, id);
        self.add_items(id, items, &folder, files)
    }
}

fn parse(file: &str, files: &BTreeMap<&str, &str>) -> Result<Vec<Item>> {
    let text = files
        .get(file)
        .ok_or_else(|| anyhow!("there is no {file}"))?;
    let parsed = syn::parse_file(text).with_context(|| format!("cannot parse {file}"))?;
    Ok(parsed.items)
}

/// The file of `mod name;`, which may be named by `#[path = "…"]`.
fn file_of(
    attributes: &[Attribute],
    folder: &str,
    name: &str,
    files: &BTreeMap<&str, &str>,
) -> Option<String> {
    let named = attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(file),
                    ..
                }) => Some(format!("{folder}/{}", file.value())),
                _ => None,
            },
            _ => None,
        });
    let usual = [
        format!("{folder}/{name}.rs"),
        format!("{folder}/{name}/mod.rs"),
    ];
    let mut candidates = named.into_iter().chain(usual);
    candidates.find(|file| files.contains_key(file.as_str()))
}

/// Whether something only exists in tests: `#[test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string().replace(' ', "");
            condition == "test" || condition.starts_with("all(test,")
        }
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
