//! Storing unsent texts: drafts, begun edits, pending commands. If the browser stores nothing,
//! the person is told.

use std::rc::Rc;

use leptos::prelude::*;
use shared::id::RoomId;
use shared::sync::Replica;

use super::Engine;
use crate::browser;
use crate::state::set_signal::set_if_changed_rw;
use crate::state::stored;
use crate::state::timeline::{Editing, RoomView};

impl Engine {
    /// The draft for a room.
    pub(in crate::state) fn draft(&self, room: RoomId) -> String {
        let user = self.user();
        user.map_or_else(String::new, |user| self.drafts.read(user, room))
    }

    /// Stores the draft for a room.
    pub(in crate::state) fn keep_draft(&self, room: RoomId, text: &str) {
        if let Some(user) = self.user() {
            self.report_storage(self.drafts.keep(user, room, text));
        }
    }

    /// Adds drafts of closed tabs to the draft of a room, unless it was changed in the meantime.
    /// `show` is called with the whole text.
    pub(in crate::state) fn adopt_drafts(
        self: &Rc<Self>,
        room: RoomId,
        is_as_it_was: impl Fn() -> bool + 'static,
        show: impl Fn(&str) + 'static,
    ) {
        let Some(user) = self.user() else { return };
        if !self.drafts.has_others(user, room) {
            return;
        }
        let (engine, drafts) = (Rc::clone(self), Rc::clone(&self.drafts));
        let is_same = Box::new(move || engine.user() == Some(user) && is_as_it_was());
        let show = Box::new(show);
        stored::run(Box::new(move |actions| {
            (actions.adopt_draft)(&drafts, (user, room), is_same, show);
        }));
    }

    /// Stores the edit that was begun in a room; `None`: it has ended.
    pub(in crate::state) fn keep_edit(&self, room: RoomId, edit: Option<&Editing>) {
        if let Some(user) = self.user() {
            self.report_storage(self.drafts.keep_edit(user, room, edit));
        }
    }

    /// Continues an edit that was begun in this tab, or in a closed one.
    pub(super) fn adopt_edit(self: &Rc<Self>, view: &Rc<RoomView>) {
        let Some(user) = self.user() else { return };
        if let Some(begun) = self.drafts.read_edit(user, view.room) {
            view.editing.set(Some(begun));
            return;
        }
        if !self.drafts.has_other_edits(user, view.room) {
            return;
        }
        let (room, editing, drafts) = (view.room, view.editing.clone(), Rc::clone(&self.drafts));
        let is_open = move || editing.try_with_untracked(Option::is_some) != Some(false);
        let (go_on, is_not_open) = (view.editing.clone(), is_open.clone());
        let go_on = Box::new(move |begun| {
            if !is_not_open() {
                let _ = go_on.try_set(Some(begun));
            }
        });
        stored::run(Box::new(move |actions| {
            if !is_open() {
                (actions.adopt_edit)(&drafts, (user, room), go_on);
            }
        }));
    }

    /// The draft of a room that another tab has adopted, if this event reports that.
    pub(in crate::state) fn lost_draft(
        &self,
        room: RoomId,
        event: &web_sys::Event,
    ) -> Option<String> {
        let key = browser::removed_key(event)?;
        self.drafts.lost(self.user()?, room, &key)
    }

    pub(super) fn keep_pending(&self) {
        let snapshot = self.read(Replica::pending_snapshot);
        if let (Some(store), Some(snapshot)) = (self.pending.borrow().as_ref(), snapshot) {
            self.report_storage(store.keep(&snapshot));
        }
    }

    /// Reports whether the browser accepted the last value.
    pub(super) fn report_storage(&self, is_kept: bool) {
        set_if_changed_rw(self.signals.storage_works, is_kept);
    }
}
