//! What the server shows this once: recovery codes, the links of invitations and of resets. It stays on
//! the screen until the person has kept it, comes back with its section, and the browser asks before
//! the page is left. It is in the memory of this page and nowhere else.
//!
//! A link to one's own other device does not belong here. It ends soon, and one more costs a press.

use std::cell::RefCell;

use leptos::prelude::*;
use shared::id::UserId;
use wasm_bindgen::JsValue;

use crate::api::devices::MadeLink;
use crate::api::invites::CreatedInvite;
use crate::browser::{self, Listener};
use crate::state::{Client, use_client};

/// The most links of a kind that wait to be kept. Of more, the oldest are dropped.
pub(super) const MOST_LINKS: usize = 20;

/// What a person has not kept yet.
#[derive(Default)]
pub(super) struct ShownOnce {
    pub recovery_codes: Vec<String>,
    /// Invitations, the newest first.
    pub invitations: Vec<CreatedInvite>,
    /// Links to set a new password, and for whom; the newest first.
    pub reset_links: Vec<(UserId, MadeLink)>,
}

impl ShownOnce {
    fn is_empty(&self) -> bool {
        self.recovery_codes.is_empty() && self.invitations.is_empty() && self.reset_links.is_empty()
    }
}

/// What there is, and whose it is.
#[derive(Default)]
struct Stored {
    owner: Option<UserId>,
    shown: ShownOnce,
    /// Asks before the page is left.
    guard: Option<Listener>,
}

thread_local! {
    // It outlives the sections, which are made anew when one comes back to them.
    static STORED: RefCell<Stored> = RefCell::default();
}

/// Access to what the signed-in person has not kept yet.
#[derive(Clone, Copy)]
pub(super) struct ShownOnceStore {
    client: Client,
}

impl ShownOnceStore {
    pub fn new() -> Self {
        ShownOnceStore {
            client: use_client(),
        }
    }

    /// Reads a part of it.
    pub fn read<T>(self, read: impl FnOnce(&ShownOnce) -> T) -> T {
        self.with(|stored| read(&stored.shown))
    }

    /// Adds to it, or takes from it what was kept.
    pub fn change(self, change: impl FnOnce(&mut ShownOnce)) {
        self.with(|stored| {
            change(&mut stored.shown);
            stored.shown.invitations.truncate(MOST_LINKS);
            stored.shown.reset_links.truncate(MOST_LINKS);
            if stored.shown.is_empty() {
                stored.guard = None;
            } else if stored.guard.is_none() {
                stored.guard = Some(self.ask_before_leaving());
            }
        });
    }

    /// What belonged to another person is dropped first.
    fn with<T>(self, act: impl FnOnce(&mut Stored) -> T) -> T {
        let owner = self.owner();
        STORED.with_borrow_mut(|stored| {
            if stored.owner != owner {
                *stored = Stored {
                    owner,
                    ..Stored::default()
                };
            }
            act(stored)
        })
    }

    fn owner(self) -> Option<UserId> {
        let me = self.client.me();
        me.with_untracked(|me| me.as_ref().map(|me| me.id))
    }

    fn ask_before_leaving(self) -> Listener {
        browser::on_window("beforeunload", move |event| {
            // Whoever has signed out has nothing to lose any more.
            let owner = STORED.with_borrow(|stored| stored.owner);
            if owner.is_some() && owner == self.owner() {
                event.prevent_default();
                // For browsers of before 2023.
                let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &JsValue::TRUE);
            }
        })
    }
}
