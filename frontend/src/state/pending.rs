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
use wasm_bindgen_futures::spawn_local;

use super::stored::{self, PENDING};
use super::tab::Tab;
use crate::browser::{self, BrowserStorage};

/// Pending commands that no page has adopted are deleted after this time: those of other people,
/// and those that this page cannot read.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// The most snapshots that this page can neither read nor date.
const MOST_UNDATED: usize = 20;

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
        match mine(&store.key, user) {
            Some(snapshot) => adopt(snapshot),
            // This tab is about to store its own under the key.
            None => tab.set_aside(&store.key),
        }
        sweep(user);
        let mut others = BrowserStorage::Local.keys(PENDING);
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
    for key in BrowserStorage::Local.keys(&format!("{PENDING}{user}.")) {
        BrowserStorage::Local.remove(&key);
    }
}

/// The snapshot of a key, if this page can read it and it belongs to this person.
fn mine(key: &str, user: UserId) -> Option<PendingSnapshot> {
    let snapshot = (stored::actions()?.read_pending)(key);
    snapshot.filter(|snapshot| snapshot.user == user)
}

/// Deletes what nobody has adopted for a long time.
fn sweep(user: UserId) {
    let now = i64::try_from(browser::unix_ms()).unwrap_or(i64::MAX);
    let mut undated = 0;
    for key in BrowserStorage::Local.keys(PENDING) {
        if mine(&key, user).is_some() {
            continue;
        }
        let text = BrowserStorage::Local.text(&key).unwrap_or_default();
        let is_over = if let Some(newest) = newest(&text) {
            newest / 1_000 < now - KEPT_MS
        } else {
            undated += 1;
            undated > MOST_UNDATED
        };
        if is_over {
            BrowserStorage::Local.remove(&key);
        }
    }
}

/// When the newest command of a stored snapshot was given, in microseconds. It is searched for in
/// the text, because the page may not be able to read the snapshot. (In the text of a message its
/// quotes are escaped.)
fn newest(snapshot: &str) -> Option<i64> {
    // (A search for the whole key would bring a search algorithm of several kilobytes.)
    let mut parts = snapshot.split('"');
    let mut newest = None;
    while parts.any(|part| part == "given_at") {
        let digits = parts.next().unwrap_or_default();
        let time = digits.trim_matches(|c: char| !c.is_ascii_digit()).parse();
        newest = newest.max(time.ok());
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_time_of_a_snapshot_is_found_without_reading_it() {
        let snapshot = r#"{"user":7,"commands":[
            {"command":{"type":"of_tomorrow"},"given_at":1700000000000001,"tried":false},
            {"command":{"body":"\"given_at\":1900000000000000,"},"given_at":1700000000000000}]}"#;
        assert_eq!(newest(snapshot), Some(1_700_000_000_000_001));
        assert_eq!(newest(r#"{"of":"tomorrow"}"#), None);
        assert_eq!(newest(r#"{"given_at":"yesterday"}"#), None);
    }
}
