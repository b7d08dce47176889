//! A list of views, each with a key.

use std::cell::RefCell;
use std::rc::Rc;

use send_wrapper::SendWrapper;
use upstream::prelude::*;
use upstream::tachys::renderer::types::Placeholder;
use upstream::tachys::view::any_view::AnyViewState;
use web_sys::Node;

use crate::function::Compute;
use crate::only_in_browser;

/// An entry of a [`List`].
pub struct ListEntry {
    /// Entries with the same key keep their elements.
    pub key: (i64, i64),
    /// Makes the view.
    pub view: Box<dyn FnOnce() -> AnyView>,
}

/// A list of views, updated when the signals that it reads change.
pub struct List(SendWrapper<Box<dyn Compute<Vec<ListEntry>>>>);

impl List {
    /// A list.
    pub fn new(entries: Box<dyn Compute<Vec<ListEntry>>>) -> Self {
        List(SendWrapper::new(entries))
    }
}

/// A list that was built.
pub struct ListState {
    views: Rc<RefCell<Views>>,
    /// Updates the views until it is dropped.
    _effect: RenderEffect<()>,
}

/// With the list the effects of its entries end, at once, as with a `ReactiveState`.
impl Drop for ListState {
    fn drop(&mut self) {
        if let Ok(mut views) = self.views.try_borrow_mut() {
            views.entries.clear();
        }
    }
}

struct Views {
    owner: Owner,
    entries: Vec<BuiltEntry>,
    /// Stands behind the views.
    end: Placeholder,
}

struct BuiltEntry {
    key: (i64, i64),
    owner: Owner,
    view: AnyViewState,
}

impl Views {
    fn update(&mut self, entries: Vec<ListEntry>) {
        let (mut kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut self.entries)
            .into_iter()
            .partition(|built| entries.iter().any(|entry| entry.key == built.key));
        for mut built in gone {
            built.view.unmount();
            built.owner.cleanup();
        }
        let parent = self.end.parent_element();
        // From the end, so that what stays in its order is not touched.
        for entry in entries.into_iter().rev() {
            if let Some(built) = kept.pop_if(|built| built.key == entry.key) {
                self.entries.push(built);
                continue;
            }
            let elsewhere = kept.iter().position(|built| built.key == entry.key);
            let mut built = match elsewhere {
                Some(at) => kept.remove(at),
                None => self.build(entry),
            };
            match (self.entries.last(), &parent) {
                (Some(next), Some(_)) => {
                    next.view.insert_before_this(&mut built.view);
                }
                (None, Some(parent)) => built.view.mount(parent, Some(&self.end)),
                // They are mounted together with the list.
                (_, None) => {}
            }
            self.entries.push(built);
        }
        self.entries.reverse();
    }

    fn build(&self, entry: ListEntry) -> BuiltEntry {
        let owner = self.owner.child();
        let view = owner.with(|| untrack(|| (entry.view)().build()));
        BuiltEntry {
            key: entry.key,
            owner,
            view,
        }
    }
}

impl Render for List {
    type State = ListState;

    fn build(self) -> ListState {
        let views = Rc::new(RefCell::new(Views {
            owner: Owner::current().unwrap_or_default(),
            entries: Vec::new(),
            end: Dom::create_placeholder(),
        }));
        let updated = Rc::clone(&views);
        let entries = self.0.take();
        ListState {
            _effect: RenderEffect::new(move |_| updated.borrow_mut().update(entries.compute())),
            views,
        }
    }

    fn rebuild(self, state: &mut ListState) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for ListState {
    fn unmount(&mut self) {
        let views = &mut *self.views.borrow_mut();
        for built in &mut views.entries {
            built.view.unmount();
        }
        views.end.unmount();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&Node>) {
        let views = &mut *self.views.borrow_mut();
        for built in &mut views.entries {
            built.view.mount(parent, marker);
        }
        views.end.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let views = self.views.borrow();
        match views.entries.first() {
            Some(first) => first.view.insert_before_this(child),
            None => views.end.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        let views = self.views.borrow();
        let elements = views.entries.iter().map(|built| built.view.elements());
        elements.flatten().collect()
    }
}

only_in_browser!(List, ListState);
