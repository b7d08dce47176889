//! Pending commands, stored over a reload.
//!
//! Each tab stores its own, under its own key (see [`Tab`]). The next tab that opens adopts
//! those of a closed tab. If the owner still exists, both send the same commands with the same
//! ids, which is harmless: the server carries out each once.

use std::rc::Rc;

use shared::id::UserId;
use shared::sync::PendingSnapshot;
use wasm_bindgen_futures::spawn_local;

use super::tab::Tab;
use crate::browser::{self, BrowserStorage};

const PREFIX: &str = "madang.pending.";
/// Pending commands of other people are deleted after this time.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

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
            key: tab.key(&format!("{PREFIX}{user}")),
        };
        if let Some(snapshot) = mine(&store.key, user) {
            adopt(snapshot);
        }
        let mut others = BrowserStorage::Local.keys(PREFIX);
        others.retain(|key| *key != store.key && mine(key, user).is_some());
        let tab = Rc::clone(tab);
        spawn_local(async move {
            for key in others {
                if tab.may_take(&key).await
                    && let Some(snapshot) = mine(&key, user)
                {
                    adopt(snapshot);
                    BrowserStorage::Local.remove(&key);
                }
            }
        });
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
    for key in BrowserStorage::Local.keys(PREFIX) {
        if mine(&key, user).is_some() {
            BrowserStorage::Local.remove(&key);
        }
    }
}

/// The snapshot of a key, if it belongs to this person. Those of others are kept for a time.
fn mine(key: &str, user: UserId) -> Option<PendingSnapshot> {
    let snapshot = BrowserStorage::Local.get::<PendingSnapshot>(key);
    let newest = snapshot
        .iter()
        .flat_map(|snapshot| &snapshot.commands)
        .map(|pending| pending.given_at.0)
        .max();
    if let Some(snapshot) = snapshot.filter(|snapshot| snapshot.user == user) {
        return Some(snapshot);
    }
    let now = i64::try_from(browser::unix_ms()).unwrap_or(i64::MAX);
    if newest.is_none_or(|newest| newest / 1_000 < now - KEPT_MS) {
        BrowserStorage::Local.remove(key);
    }
    None
}
