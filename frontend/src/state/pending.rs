//! Pending commands, stored over a reload.
//!
//! Each tab stores its own, under its own key (see [`Tab`]). The next tab that opens adopts
//! those of a closed tab. If the owner still exists, both send the same commands with the same
//! ids, which is harmless: the server carries out each once.
//!
//! A snapshot that this page cannot read was stored by another version of it. It stays until a
//! page comes that can read it: it holds texts that a person has typed.

use std::rc::Rc;

use shared::id::UserId;
use shared::sync::PendingSnapshot;

use super::left_pending::PENDING;
use super::stored;
use super::tab::Tab;
use crate::browser::BrowserStorage;

/// The stored pending commands of a person in this tab.
pub(super) struct PendingStore {
    key: String,
}

impl PendingStore {
    /// Opens the store. `adopt` is called at once with the commands of this tab from before a
    /// reload, and later with those of closed tabs.
    pub(super) fn open(
        tab: &Rc<Tab>,
        user: UserId,
        adopt: impl Fn(PendingSnapshot) + 'static,
    ) -> Self {
        let store = PendingStore {
            key: tab.key(&format!("{PENDING}{user}")),
        };
        // It is here if there are any.
        if let Some(actions) = stored::actions() {
            (actions.take_pending)(tab, &store.key, user, Box::new(adopt));
        }
        store
    }

    /// Stores the pending commands. Returns whether the browser accepted them.
    pub(super) fn keep(&self, snapshot: &PendingSnapshot) -> bool {
        if snapshot.commands.is_empty() {
            return BrowserStorage::Local.remove(&self.key);
        }
        BrowserStorage::Local.set(&self.key, snapshot)
    }
}

/// The person signed out: no tab sends their commands any more.
pub(super) fn forget(user: UserId) {
    for key in BrowserStorage::Local.keys(&format!("{PENDING}{user}.")) {
        BrowserStorage::Local.remove(&key);
    }
}
