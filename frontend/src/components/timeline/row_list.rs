//! The mounted rows.
//!
//! A row is inserted into the document when its message is rendered, and removed afterwards. In
//! between its element is not touched. A list that removed and inserted all other rows would
//! make the browser lay out every row again at each step of a scroll.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser;
use crate::components::focus::focus_quietly;
use crate::components::message::MessageRow;
use crate::state::timeline::RowKey;

/// The rows of a list element, oldest first.
pub(super) struct RowList {
    owner: Owner,
    list: Element,
    mounted: RefCell<Vec<MountedRow>>,
}

struct MountedRow {
    key: RowKey,
    view: AnyViewState,
    owner: Owner,
}

impl RowList {
    /// No rows yet. Their contexts come from `owner`.
    pub(super) fn new(owner: Owner, list: Element) -> Self {
        RowList {
            owner,
            list,
            mounted: RefCell::default(),
        }
    }

    /// Mounts exactly these rows.
    pub(super) fn show(&self, keys: &[RowKey]) {
        let (mut kept, gone): (Vec<_>, Vec<_>) = self
            .mounted
            .take()
            .into_iter()
            .partition(|row| keys.contains(&row.key));
        let focused = browser::document().active_element();
        let focused = focused.filter(|focused| self.list.contains(Some(focused)));
        for mut row in gone {
            row.view.unmount();
            row.owner.cleanup();
        }
        if focused.is_some_and(|focused| !focused.is_connected()) {
            self.focus_scroller();
        }
        let mut shown: Vec<MountedRow> = Vec::with_capacity(keys.len());
        for key in keys.iter().rev() {
            if kept.last().is_some_and(|row| row.key == *key) {
                shown.extend(kept.pop());
                continue;
            }
            let elsewhere = kept.iter().position(|row| row.key == *key);
            let mut row = elsewhere.map_or_else(|| self.make(*key), |at| kept.remove(at));
            match shown.last() {
                Some(below) => {
                    below.view.insert_before_this(&mut row.view);
                }
                None => row.view.mount(&self.list, None),
            }
            shown.push(row);
        }
        shown.reverse();
        self.mounted.replace(shown);
    }

    /// The row with the focus was removed. The focus stays in the timeline, for the next key.
    fn focus_scroller(&self) {
        if let Ok(Some(scroller)) = self.list.closest(".timeline__scroller") {
            focus_quietly(scroller.unchecked_ref());
        }
    }

    fn make(&self, key: RowKey) -> MountedRow {
        let owner = self.owner.child();
        let view = owner.with(|| untrack(|| view! { <MessageRow key /> }.into_any().build()));
        MountedRow { key, view, owner }
    }
}
