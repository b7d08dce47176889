//! Commands without an answer, kept over a reload.
//!
//! Each tab keeps its own, under a key of its own, so that two tabs never write
//! over each other. What a closed tab has left behind is adopted by the next one
//! that opens: it asks on a channel whether the owner is still there, and takes
//! over what nobody answers for. Should an owner wake up after all (a frozen tab),
//! both send the same commands with the same ids, which is harmless: the server
//! carries each out once.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use shared::id::UserId;
use shared::sync::PendingSnapshot;
use wasm_bindgen::JsValue;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::browser::{self, Listener, Store};

const PREFIX: &str = "madang.pending.";
/// In the tab's own store: the key that this tab had before it was left.
const LEFT: &str = "madang.pending.left";
const CHANNEL: &str = "madang.pending";
/// How long the owner of a key has to answer.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// This tab's place for what is pending.
pub(super) struct PendingStore {
    key: String,
    channel: Option<BroadcastChannel>,
    _listener: Option<Listener>,
}

impl PendingStore {
    /// Opens this tab's place, and finds what was left behind: `adopt` is called with
    /// each find, at once with what this tab itself left before a reload, and later
    /// with what closed tabs did.
    pub(super) fn open(user: UserId, adopt: impl Fn(PendingSnapshot) + 'static) -> Self {
        let id = u64::from_be_bytes(browser::random_bytes());
        let store = PendingStore {
            key: format!("{PREFIX}{id:016x}"),
            channel: BroadcastChannel::new(CHANNEL).ok(),
            _listener: None,
        };
        let silent = Rc::new(RefCell::new(Vec::new()));
        let store = PendingStore {
            _listener: store.answer(&silent),
            ..store
        };
        if let Some(left) = Store::Tab.text(LEFT) {
            Store::Tab.remove(LEFT);
            take(&left, user, &adopt);
        }
        store.ask_after_others(user, silent, adopt);
        store
    }

    /// Keeps what is pending now.
    pub(super) fn keep(&self, snapshot: &PendingSnapshot) {
        if snapshot.commands.is_empty() {
            Store::Local.remove(&self.key);
        } else {
            Store::Local.set(&self.key, snapshot);
        }
    }

    /// The tab is being left, perhaps to be reloaded.
    pub(super) fn leave(&self) {
        Store::Tab.set_text(LEFT, &self.key);
    }

    /// The tab was left and came back as it was.
    pub(super) fn come_back() {
        Store::Tab.remove(LEFT);
    }

    /// The person signed out: nothing of theirs is sent any more.
    pub(super) fn forget(&self) {
        Store::Local.remove(&self.key);
    }

    /// Answers for this tab's key, and notes which others are answered for.
    fn answer(&self, alive: &Rc<RefCell<Vec<String>>>) -> Option<Listener> {
        let channel = self.channel.clone()?;
        let (key, alive, replies) = (self.key.clone(), Rc::clone(alive), channel.clone());
        Some(Listener::new(&channel, "message", move |event| {
            let text = wasm_bindgen::JsCast::dyn_into::<MessageEvent>(event)
                .ok()
                .and_then(|event| event.data().as_string())
                .unwrap_or_default();
            if let Some(asked) = text.strip_prefix("who ") {
                if asked == key {
                    let _ = replies.post_message(&JsValue::from_str(&format!("here {key}")));
                }
            } else if let Some(there) = text.strip_prefix("here ") {
                alive.borrow_mut().push(there.to_owned());
            }
        }))
    }

    fn ask_after_others(
        &self,
        user: UserId,
        alive: Rc<RefCell<Vec<String>>>,
        adopt: impl Fn(PendingSnapshot) + 'static,
    ) {
        let own = self.key.clone();
        let others: Vec<String> = Store::Local
            .keys(PREFIX)
            .into_iter()
            .filter(|key| *key != own)
            .collect();
        let Some(channel) = self.channel.clone().filter(|_| !others.is_empty()) else {
            return;
        };
        for key in &others {
            let _ = channel.post_message(&JsValue::from_str(&format!("who {key}")));
        }
        browser::after(PATIENCE, move || {
            let alive = alive.borrow();
            for key in others.iter().filter(|key| !alive.contains(key)) {
                take(key, user, &adopt);
            }
        });
    }
}

fn take(key: &str, user: UserId, adopt: &impl Fn(PendingSnapshot)) {
    let Some(snapshot) = Store::Local.get::<PendingSnapshot>(key) else {
        return;
    };
    // Another person's wait for that person.
    if snapshot.user == user {
        adopt(snapshot);
        Store::Local.remove(key);
    }
}
