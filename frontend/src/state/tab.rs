//! This tab among the tabs of one browser, which share their storage.
//!
//! The keys of a tab end with its id, so that tabs do not overwrite each other's values. Every
//! document makes a new id: a browser copies `sessionStorage` when a tab is duplicated, so a
//! stored id would not prove the same tab. When a document is left, perhaps for a reload, it
//! writes its id to `sessionStorage`, and the next document in the tab takes over its keys at
//! once. Keys of a closed or crashed tab are adopted by the first tab that wants them, once it
//! is certain that their tab does not exist any more.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::browser::{self, BrowserStorage, Listener, Lock};

/// In `sessionStorage`: the id of the previous document in this tab.
const LEFT: &str = "madang.tab.left";
/// The prefix of locks, and the name of the channel, of all tabs.
const NAME: &str = "madang.tab";
/// Without Web Locks: how long other tabs have to answer.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long no other tab may adopt an adopted key. After that the key has been removed.
const TAKEN: Duration = Duration::from_secs(2);

/// This tab.
pub(super) struct Tab {
    id: String,
    channel: Option<BroadcastChannel>,
    asked: Rc<RefCell<Vec<Asked>>>,
    _listener: Option<Listener>,
}

/// A request on the channel, while other tabs may answer.
struct Asked {
    key: String,
    /// The key's tab exists, or another tab adopts the key.
    is_refused: bool,
}

impl Tab {
    /// Registers this document: from now on other tabs can see that it exists.
    pub(super) fn open() -> Rc<Self> {
        let id = new_id();
        browser::hold_lock(&format!("{NAME}.{id}"));
        let channel = BroadcastChannel::new(NAME).ok();
        let asked = Rc::default();
        let listener = channel.as_ref().map(|channel| answer(channel, &id, &asked));
        Rc::new(Tab {
            id,
            channel,
            asked,
            _listener: listener,
        })
    }

    /// The key of a name in this tab.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{name}.{}", self.id)
    }

    /// The name that was given to [`Tab::key`], if this is a key of this tab.
    pub(super) fn name<'a>(&self, key: &'a str) -> Option<&'a str> {
        key.strip_suffix(&self.id)?.strip_suffix('.')
    }

    /// Moves the values of the previous document in this tab to keys of this document.
    pub(super) fn take_over(&self) {
        let Some(left) = BrowserStorage::Tab.text(LEFT) else {
            return;
        };
        BrowserStorage::Tab.remove(LEFT);
        for key in BrowserStorage::Local.keys("madang.") {
            if let Some(name) = key
                .strip_suffix(&left)
                .and_then(|key| key.strip_suffix('.'))
            {
                move_key(&key, &self.key(name));
            }
        }
    }

    /// Moves the value of a key of this tab to a key of a tab that does not exist: a later tab
    /// may adopt it.
    pub(super) fn set_aside(&self, key: &str) {
        if let Some(name) = self.name(key) {
            move_key(key, &format!("{name}.{}", new_id()));
        }
    }

    /// The document is being left, perhaps for a reload.
    pub(super) fn leave(&self) {
        BrowserStorage::Tab.set_text(LEFT, &self.id);
    }

    /// The document was restored from the back/forward cache. If another document of this page
    /// has taken over its keys in the meantime, it reloads.
    pub(super) fn come_back(&self) {
        let left = BrowserStorage::Tab.text(LEFT);
        if left.as_ref().is_some_and(|left| *left != self.id) {
            let _ = browser::window().location().reload();
            return;
        }
        BrowserStorage::Tab.remove(LEFT);
    }

    /// Whether this tab may adopt a key: the key's tab does not exist any more, and no other
    /// tab adopts it.
    pub(super) async fn may_take(&self, key: &str) -> bool {
        let Some((_, owner)) = key.rsplit_once('.') else {
            return false;
        };
        match browser::lock(&format!("{NAME}.{owner}"), Lock::Look).await {
            Some(is_gone) => is_gone && browser::lock(key, Lock::For(TAKEN)).await == Some(true),
            None => self.ask_for(key).await,
        }
    }

    /// Asks the other tabs. Of several tabs that want the same key, the one with the smallest id
    /// gets it.
    async fn ask_for(&self, key: &str) -> bool {
        let Some(channel) = &self.channel else {
            return false;
        };
        self.asked.borrow_mut().push(Asked {
            key: key.to_owned(),
            is_refused: false,
        });
        say(channel, "want", key, &self.id);
        browser::sleep(PATIENCE).await;
        let mut asked = self.asked.borrow_mut();
        let at = asked.iter().position(|asked| asked.key == key);
        at.is_some_and(|at| !asked.swap_remove(at).is_refused)
    }
}

fn new_id() -> String {
    format!("{:016x}", u64::from_be_bytes(browser::random_bytes()))
}

fn say(channel: &BroadcastChannel, what: &str, key: &str, id: &str) {
    let _ = channel.post_message(&JsValue::from_str(&format!("{what} {key} {id}")));
}

/// Answers requests for keys of this tab, and notes the answers of others.
fn answer(channel: &BroadcastChannel, id: &str, asked: &Rc<RefCell<Vec<Asked>>>) -> Listener {
    let (replies, id, asked) = (channel.clone(), id.to_owned(), Rc::clone(asked));
    Listener::new(channel, "message", move |event| {
        let event = event.dyn_into::<MessageEvent>().ok();
        let text = event.and_then(|event| event.data().as_string());
        let text = text.unwrap_or_default();
        let mut words = text.split(' ');
        let (Some(what), Some(key), Some(by)) = (words.next(), words.next(), words.next()) else {
            return;
        };
        if what == "want" && key.ends_with(&id) {
            say(&replies, "mine", key, &id);
        }
        if what == "mine" || *by < *id {
            for asked in asked.borrow_mut().iter_mut() {
                asked.is_refused |= asked.key == key;
            }
        }
    })
}

/// Moves a text from one key to another. If the storage is full, it stays.
fn move_key(from: &str, to: &str) {
    if let Some(text) = BrowserStorage::Local.text(from) {
        // Removed first, because a full storage needs its space.
        BrowserStorage::Local.remove(from);
        if !BrowserStorage::Local.set_text(to, &text) {
            BrowserStorage::Local.set_text(from, &text);
        }
    }
}
