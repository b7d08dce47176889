//! What the code of a module names.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemUse, Macro, Path, VisRestricted};

use super::names::{self, Names, Target};
use super::tree::{CrateTree, ModuleId, is_test};

/// A place where the code of a module names an item of a module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    /// The module that defines the item.
    pub(super) target: ModuleId,
    pub(super) line: usize,
}

/// All references in a module, without those in its child modules.
pub(super) fn of(tree: &CrateTree, names: &Names<'_>, module: ModuleId) -> Vec<Reference> {
    let mut visitor = Visitor {
        tree,
        names,
        module,
        found: Vec::new(),
    };
    for item in &tree.module(module).items {
        visitor.visit_item(item);
    }
    visitor.found
}

struct Visitor<'a> {
    tree: &'a CrateTree,
    names: &'a Names<'a>,
    module: ModuleId,
    found: Vec<Reference>,
}

impl Visitor<'_> {
    fn add(&mut self, target: Target, line: usize) {
        // A module's name alone is no reference: the items that are named through it are.
        if let Target::Item(target) = target {
            self.found.push(Reference { target, line });
        }
    }

    fn add_path(&mut self, segments: &[&Ident]) {
        let Some(first) = segments.first() else {
            return;
        };
        let line = first.span().start().line;
        let path: Vec<String> = segments.iter().map(ToString::to_string).collect();
        let target = match path.as_slice() {
            // A name from a private `use` counts there; one that is re-exported counts here.
            [name] => self.names.reexported(self.module, name),
            path => self.names.resolve(self.module, path),
        };
        self.add(target, line);
    }

    /// Searches the tokens of a macro call for paths.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |index: usize, wanted: char| {
            let token = tokens.get(index);
            matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
        };
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            match token {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let is_field = index > 0 && is(index - 1, '.');
                    let mut segments = vec![first];
                    while is(index + 1, ':')
                        && is(index + 2, ':')
                        && let Some(TokenTree::Ident(next)) = tokens.get(index + 3)
                    {
                        segments.push(next);
                        index += 3;
                    }
                    if !is_field || segments.len() > 1 {
                        self.add_path(&segments);
                    }
                    if is(index + 1, '!') {
                        self.add_macro(&segments);
                    }
                }
                _ => {}
            }
            index += 1;
        }
    }

    fn add_macro(&mut self, segments: &[&Ident]) {
        if let [name] = segments
            && let Some(target) = self.names.macro_module(&name.to_string())
        {
            self.add(Target::Item(target), name.span().start().line);
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test_function = matches!(item, Item::Fn(item) if is_test(&item.attrs));
        if !is_test_function {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_test_function = matches!(item, ImplItem::Fn(item) if is_test(&item.attrs));
        if !is_test_function {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for import in names::imports(item) {
            let target = match self.names.resolve(self.module, &import.path) {
                // A private glob may be used for any item of the module.
                Target::Module(module) if import.name.is_none() => Target::Item(module),
                target => target,
            };
            let is_below = matches!(
                target,
                Target::Item(target) if self.tree.is_below(target, self.module)
            );
            if !(import.is_reexport && is_below) {
                self.add(target, import.line);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            let segments: Vec<&Ident> = path.segments.iter().map(|part| &part.ident).collect();
            self.add_path(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let segments: Vec<&Ident> = call.path.segments.iter().map(|part| &part.ident).collect();
        self.add_macro(&segments);
        self.visit_path(&call.path);
        self.add_tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    /// `pub(in path)` says who may use something, which is the opposite of a use.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
