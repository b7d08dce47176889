//! This tab among the tabs of one browser, which share their storage.
//!
//! What a tab keeps stands under keys that end with the tab's id, so that no two write
//! over each other. The id is made anew with every document: what a browser copies when
//! a tab is duplicated is no proof of being the same tab. A document that is left, to be
//! loaded again perhaps, leaves its id in the tab's own store, and the next one there
//! takes over at once. What a closed or crashed tab has left behind is taken over by
//! whoever wants it first, once it is certain that the tab is there no more.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::browser::{self, BrowserStorage, Listener, Lock};

/// In the tab's own store: the id of the document that was left there.
const LEFT: &str = "madang.tab.left";
/// Locks and a channel of all tabs.
const NAME: &str = "madang.tab";
/// Without locks: how long a tab has to say that it is there.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// For so long nobody else takes what was taken; by then every tab knows of it.
const TAKEN: Duration = Duration::from_secs(2);

/// This tab.
pub(super) struct Tab {
    id: String,
    channel: Option<BroadcastChannel>,
    asked: Rc<RefCell<Vec<Asked>>>,
    _listener: Option<Listener>,
}

/// What was asked for on the channel, as long as others may answer.
struct Asked {
    key: String,
    /// The key's tab is there, or another one is to have what stands under it.
    is_refused: bool,
}

impl Tab {
    /// This document's place among the tabs; from now on others know that it is there.
    pub(super) fn open() -> Rc<Self> {
        let id = format!("{:016x}", u64::from_be_bytes(browser::random_bytes()));
        let life = format!("{NAME}.{id}");
        spawn_local(async move {
            browser::lock(&life, Lock::ForLife).await;
        });
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

    /// A key of this tab's own.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{name}.{}", self.id)
    }

    /// The name that was given to [`Tab::key`], if this is a key of this tab.
    pub(super) fn name<'a>(&self, key: &'a str) -> Option<&'a str> {
        key.strip_suffix(&self.id)?.strip_suffix('.')
    }

    /// Moves what the document before has left in this tab to keys of this one.
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

    /// The document is being left, perhaps to be loaded again.
    pub(super) fn leave(&self) {
        BrowserStorage::Tab.set_text(LEFT, &self.id);
    }

    /// The document was left and came back as it was. Where another one of ours stood in
    /// the tab meanwhile, that one has taken over: then it begins anew.
    pub(super) fn come_back(&self) {
        let left = BrowserStorage::Tab.text(LEFT);
        if left.as_ref().is_some_and(|left| *left != self.id) {
            let _ = browser::window().location().reload();
            return;
        }
        BrowserStorage::Tab.remove(LEFT);
    }

    /// Whether what stands under a key was left behind, and nobody else takes it: the
    /// tab whose key it is is there no more.
    pub(super) async fn may_take(&self, key: &str) -> bool {
        let Some((_, owner)) = key.rsplit_once('.') else {
            return false;
        };
        match browser::lock(&format!("{NAME}.{owner}"), Lock::Look).await {
            Some(is_gone) => is_gone && browser::lock(key, Lock::For(TAKEN)).await == Some(true),
            None => self.ask_for(key).await,
        }
    }

    /// Asks the tabs themselves. Of several that want the same the one with the smallest
    /// id has it.
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

fn say(channel: &BroadcastChannel, what: &str, key: &str, id: &str) {
    let _ = channel.post_message(&JsValue::from_str(&format!("{what} {key} {id}")));
}

/// Says that this tab is there when somebody wants what is its own, and notes what
/// others say.
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

/// Moves a text from one key to another. Where the storage is full, it stays.
fn move_key(from: &str, to: &str) {
    if let Some(text) = BrowserStorage::Local.text(from) {
        // The place that it takes is needed for it.
        BrowserStorage::Local.remove(from);
        if !BrowserStorage::Local.set_text(to, &text) {
            BrowserStorage::Local.set_text(from, &text);
        }
    }
}
