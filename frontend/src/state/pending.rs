//! Commands without an answer, kept over a reload.
//!
//! Each tab keeps its own, under a key of its own (see [`Tab`]). What a closed tab has
//! left behind is taken over by the next one that opens. Should an owner be there after
//! all, both send the same commands with the same ids, which is harmless: the server
//! carries each out once.

use std::rc::Rc;

use shared::id::UserId;
use shared::sync::PendingSnapshot;
use wasm_bindgen_futures::spawn_local;

use super::tab::Tab;
use crate::browser::{self, BrowserStorage};

const PREFIX: &str = "madang.pending.";
/// Another person's go when they have waited for so long.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

/// A person's place in this tab for what is pending.
pub(super) struct PendingStore {
    key: String,
}

impl PendingStore {
    /// Opens it, and finds what was left behind: `adopt` is called with each find, at
    /// once with what this tab itself left before a reload, and later with what closed
    /// tabs did.
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

    /// Keeps what is pending now. Says whether it would outlive the tab.
    pub(super) fn keep(&self, snapshot: &PendingSnapshot) -> bool {
        if snapshot.commands.is_empty() {
            return BrowserStorage::Local.remove(&self.key);
        }
        BrowserStorage::Local.set(&self.key, snapshot)
    }
}

/// The person signed out: nothing of theirs is sent any more, from no tab.
pub(super) fn forget(user: UserId) {
    for key in BrowserStorage::Local.keys(PREFIX) {
        if mine(&key, user).is_some() {
            BrowserStorage::Local.remove(&key);
        }
    }
}

/// What stands under a key, if it is this person's: another's waits for that person, for
/// a time.
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
