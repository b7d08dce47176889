//! A list of views, each with a key.

use std::cell::RefCell;
use std::rc::Rc;

use send_wrapper::SendWrapper;
use upstream::prelude::*;
use upstream::tachys::renderer::types::Placeholder;
use upstream::tachys::view::any_view::AnyViewState;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node};

use crate::function::Compute;
use crate::only_in_browser;

type Key = (i64, i64);

/// An entry of a [`List`].
pub struct ListEntry {
    /// Entries with the same key keep their elements.
    pub key: Key,
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
    key: Key,
    owner: Owner,
    view: AnyViewState,
}

impl Views {
    fn update(&mut self, entries: Vec<ListEntry>) {
        let focused = document().active_element();
        let mut kept: Vec<Option<BuiltEntry>> = self.entries.drain(..).map(Some).collect();
        let before: Vec<_> = kept.iter().flatten().map(|built| built.key).collect();
        let places = places(&before, entries.iter().map(|entry| entry.key));
        let mut is_kept = vec![false; kept.len()];
        for place in places.iter().flatten() {
            is_kept[*place] = true;
        }
        for (built, is_kept) in kept.iter_mut().zip(is_kept) {
            if let Some(mut gone) = built.take_if(|_| !is_kept) {
                gone.view.unmount();
                gone.owner.cleanup();
            }
        }
        let stays = longest_ascending(&places);
        let parent = self.end.parent_element();
        // From the end, so that each is put before the one that follows it.
        for ((entry, place), stays) in entries.into_iter().zip(places).zip(stays).rev() {
            let built = place.and_then(|place| kept.get_mut(place)?.take());
            let (mut built, stays) = match built {
                Some(built) => (built, stays),
                None => (self.build(entry), false),
            };
            if !stays {
                match (self.entries.last(), &parent) {
                    (Some(next), Some(_)) => {
                        next.view.insert_before_this(&mut built.view);
                    }
                    (None, Some(parent)) => built.view.mount(parent, Some(&self.end)),
                    // They are mounted together with the list.
                    (_, None) => {}
                }
            }
            self.entries.push(built);
        }
        self.entries.reverse();
        if let Some(focused) = focused {
            focus_again(focused);
        }
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

/// What has moved in the document has lost the focus.
fn focus_again(focused: Element) {
    let has_it = document().active_element().as_ref() == Some(&focused);
    if has_it || !focused.is_connected() {
        return;
    }
    let quietly = FocusOptions::new();
    quietly.set_prevent_scroll(true);
    if let Ok(focused) = focused.dyn_into::<HtmlElement>() {
        // What listens to it is not a part of what makes the list.
        untrack(|| {
            let _ = focused.focus_with_options(&quietly);
        });
    }
}

/// Where each of the wanted keys was before; of a key that is wanted twice, the first. Most keep their
/// order, so each is looked for from the last one on.
fn places(before: &[Key], wanted: impl Iterator<Item = Key>) -> Vec<Option<usize>> {
    let mut is_taken = vec![false; before.len()];
    let mut next = 0;
    let mut place = |key: Key| {
        let is_it = |at: &usize| before[*at] == key;
        let at = (next..before.len()).chain(0..next).find(is_it)?;
        next = at + 1;
        let is_free = !std::mem::replace(&mut is_taken[at], true);
        is_free.then_some(at)
    };
    wanted.map(&mut place).collect()
}

/// Which of the places belong to a longest ascending run: these need not move when all others do. An
/// element that moves in the document loses the focus and is laid out again.
fn longest_ascending(places: &[Option<usize>]) -> Vec<bool> {
    // By the length of a run: where the one ends whose end is the lowest.
    let mut ends: Vec<usize> = Vec::new();
    let mut above = vec![None; places.len()];
    for (at, place) in places.iter().enumerate() {
        if let Some(place) = place {
            let length = ends.partition_point(|end| places[*end] < Some(*place));
            above[at] = length.checked_sub(1).map(|length| ends[length]);
            match ends.get_mut(length) {
                Some(end) => *end = at,
                None => ends.push(at),
            }
        }
    }
    let mut stays = vec![false; places.len()];
    let mut at = ends.last().copied();
    while let Some(place) = at {
        stays[place] = true;
        at = above[place];
    }
    stays
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

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(before: &[i64], after: &[i64]) -> Vec<i64> {
        let keys = |ids: &[i64]| ids.iter().map(|id| (*id, 0)).collect::<Vec<Key>>();
        let places = places(&keys(before), keys(after).into_iter());
        let stays = longest_ascending(&places);
        let moved = after.iter().zip(stays).filter(|(_, stays)| !stays);
        moved.map(|(id, _)| *id).collect()
    }

    #[test]
    fn only_what_changes_its_place_moves() {
        let all = [1, 2, 3, 4, 5];
        assert!(moved(&all, &all).is_empty());
        assert_eq!(moved(&all, &[5, 1, 2, 3, 4]), [5]);
        assert_eq!(moved(&all, &[2, 3, 4, 5, 1]), [1]);
        assert_eq!(moved(&all, &[1, 4, 2, 3, 5]), [4]);
        assert!(moved(&all, &[1, 3, 5]).is_empty());
        assert_eq!(moved(&all, &[1, 9, 2, 8, 5]), [9, 8], "they are new");
        assert_eq!(moved(&all, &[5, 4, 3, 2, 1]).len(), 4);
        assert_eq!(moved(&[], &[1, 2]), [1, 2]);
        assert!(moved(&[1, 2], &[]).is_empty());
    }
}
