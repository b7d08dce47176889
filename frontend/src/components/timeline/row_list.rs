//! The rows in the document.
//!
//! A row is put into the document when its message comes into view and taken out when
//! that goes; in between it is not touched. A list that took all others out and put
//! them back would have the browser lay out every row anew at each step of a scroll.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use web_sys::Element;

use crate::components::message::MessageRow;
use crate::state::timeline::RowKey;

/// The rows that stand in a list, from the oldest on.
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
    /// No rows yet. What they share is provided by `owner`.
    pub(super) fn new(owner: Owner, list: Element) -> Self {
        RowList {
            owner,
            list,
            mounted: RefCell::default(),
        }
    }

    /// Makes these rows the ones that stand there.
    pub(super) fn show(&self, keys: &[RowKey]) {
        let (mut kept, gone): (Vec<_>, Vec<_>) = self
            .mounted
            .take()
            .into_iter()
            .partition(|row| keys.contains(&row.key));
        for mut row in gone {
            row.view.unmount();
            row.owner.cleanup();
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

    fn make(&self, key: RowKey) -> MountedRow {
        let owner = self.owner.child();
        let view = owner.with(|| untrack(|| view! { <MessageRow key /> }.into_any().build()));
        MountedRow { key, view, owner }
    }
}
