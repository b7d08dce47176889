//! Pending commands that an earlier document of this tab or a closed tab has left. A part of the piece
//! that reads what is stored.

use std::rc::Rc;

use shared::id::UserId;
use shared::sync::PendingSnapshot;
use wasm_bindgen_futures::spawn_local;

use super::tab::Tab;
use crate::browser::{self, BrowserStorage};

/// The start of the keys of commands that wait. Each tab has its own.
pub(super) const PENDING: &str = "madang.pending.";
/// Pending commands that no page has adopted are deleted after this time: those of other people,
/// and those that this page cannot read.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// The most snapshots that this page can neither read nor date.
const MOST_UNDATED: usize = 20;

/// What is done with commands that were left.
pub(super) type Adopt = Box<dyn Fn(PendingSnapshot)>;

/// Adopts the commands of this tab from before a reload at once, which are under this key, and later
/// those of closed tabs.
pub(super) fn take(tab: &Rc<Tab>, own_key: &str, user: UserId, adopt: Adopt) {
    match mine(own_key, user) {
        Some(snapshot) => adopt(snapshot),
        // This tab is about to store its own under the key.
        None => tab.set_aside(own_key),
    }
    sweep(user);
    let mut others = BrowserStorage::Local.keys(PENDING);
    others.retain(|key| key != own_key && mine(key, user).is_some());
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
}

/// The snapshot of a key, if this page can read it and it belongs to this person.
fn mine(key: &str, user: UserId) -> Option<PendingSnapshot> {
    let snapshot: Option<PendingSnapshot> = BrowserStorage::Local.get(key);
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
