//! What was typed and not sent: a text for each room, and changes of messages.
//!
//! Both live in the tab, and stand in the browser's store beside, under keys of this tab
//! (see [`Tab`]), for when the tab is loaded again, crashes or is closed. What a tab left
//! behind goes to the next one in which its person comes into the room.

use std::cell::RefCell;
use std::rc::Rc;

use shared::id::{RoomId, UserId};

use super::sort::sorted;
use super::tab::Tab;
use super::timeline::Editing;
use crate::browser::{self, BrowserStorage};
use crate::wire;

const DRAFT: &str = "madang.draft.";
const EDIT: &str = "madang.edit.";
/// What nobody has touched for so long goes, whoever's it is.
const KEPT_MS: u64 = 90 * 24 * 60 * 60 * 1_000;
/// No more than this is kept, of all people and tabs; the oldest goes.
const MOST: usize = 300;

/// The drafts of this tab.
pub(super) struct Drafts {
    tab: Rc<Tab>,
    /// By name: what it is, whose, of which room.
    held: RefCell<Vec<(String, Draft)>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    /// When it was changed last, in milliseconds since 1970.
    at: u64,
    text: String,
}

impl Draft {
    /// The oldest sorts first.
    fn age(&self) -> (String, i64) {
        (String::new(), i64::try_from(self.at).unwrap_or(i64::MAX))
    }
}

fn draft_of(user: UserId, room: RoomId) -> String {
    format!("{DRAFT}{user}.{room}")
}

fn edit_of(user: UserId, room: RoomId) -> String {
    format!("{EDIT}{user}.{room}")
}

impl Drafts {
    /// Begins with what the document before has left in this tab.
    pub(super) fn open(tab: Rc<Tab>) -> Self {
        let stored = sweep();
        let own = stored.into_iter().filter_map(|(key, draft)| {
            let name = tab.name(&key)?.to_owned();
            Some((name, draft))
        });
        let held = RefCell::new(own.collect());
        Drafts { tab, held }
    }

    /// The draft for a room; empty if there is none.
    pub(super) fn read(&self, user: UserId, room: RoomId) -> String {
        self.held(&draft_of(user, room)).unwrap_or_default().text
    }

    /// Keeps the draft for a room. Says whether it would outlive the tab.
    pub(super) fn keep(&self, user: UserId, room: RoomId, text: &str) -> bool {
        self.hold(draft_of(user, room), text)
    }

    /// The change of a message that was begun in a room.
    pub(super) fn read_edit(&self, user: UserId, room: RoomId) -> Option<Editing> {
        wire::from_str(&self.held(&edit_of(user, room))?.text).ok()
    }

    /// Keeps the change of a message that was begun; `None`: it is over. Says whether it
    /// would outlive the tab.
    pub(super) fn keep_edit(&self, user: UserId, room: RoomId, edit: Option<&Editing>) -> bool {
        let text = edit.and_then(|edit| serde_json::to_string(edit).ok());
        self.hold(edit_of(user, room), &text.unwrap_or_default())
    }

    /// Takes in what other tabs have left behind for a room: the whole draft, oldest
    /// first. `None` if there is nothing, or if the draft is not as it was any more when
    /// that is known: then it stays for the next time.
    pub(super) async fn adopt(
        &self,
        (user, room): (UserId, RoomId),
        is_as_it_was: impl Fn() -> bool,
    ) -> Option<String> {
        let name = draft_of(user, room);
        let left = self.left_behind(&name).await;
        if left.is_empty() || !is_as_it_was() {
            return None;
        }
        let mut all: Vec<Draft> = self.held(&name).into_iter().collect();
        all.extend(left.iter().filter_map(|key| {
            let draft = stored(key);
            BrowserStorage::Local.remove(key);
            draft
        }));
        let all = sorted(all, Draft::age);
        let texts: Vec<String> = all.into_iter().map(|draft| draft.text).collect();
        let text = texts.join("\n\n");
        self.hold(name, &text);
        Some(text)
    }

    /// Takes in a change of a message that another tab has left behind. One of them: the
    /// next one comes when this is over.
    pub(super) async fn adopt_edit(&self, user: UserId, room: RoomId) -> Option<Editing> {
        let name = edit_of(user, room);
        let left = self.left_behind(&name).await;
        if self.held(&name).is_some() {
            return None;
        }
        let key = left.first()?;
        let draft = stored(key);
        BrowserStorage::Local.remove(key);
        self.hold(name, &draft?.text);
        self.read_edit(user, room)
    }

    /// The keys under which tabs that are there no more have left something.
    async fn left_behind(&self, name: &str) -> Vec<String> {
        let mut free = Vec::new();
        for key in BrowserStorage::Local.keys(&format!("{name}.")) {
            if self.tab.name(&key).is_none() && self.tab.may_take(&key).await {
                free.push(key);
            }
        }
        free
    }

    /// Another tab has removed a key: if it was one of this tab's drafts for a room, that
    /// tab has taken it for left behind, or the person has signed out there. Gives the
    /// text, which is not this tab's any more.
    pub(super) fn lost(&self, user: UserId, room: RoomId, key: &str) -> Option<String> {
        let name = draft_of(user, room);
        let is_it = self.tab.name(key) == Some(&name);
        let mut held = self.held.borrow_mut();
        let at = held.iter().position(|(at, _)| is_it && *at == name)?;
        Some(held.swap_remove(at).1.text)
    }

    /// Forgets all drafts of a person, in every tab.
    pub(super) fn forget(&self, user: UserId) {
        let mine = [DRAFT, EDIT].map(|kind| format!("{kind}{user}."));
        for key in mine
            .iter()
            .flat_map(|mine| BrowserStorage::Local.keys(mine))
        {
            BrowserStorage::Local.remove(&key);
        }
        let is_mine = |name: &str| mine.iter().any(|mine| name.starts_with(mine));
        self.held.borrow_mut().retain(|(name, _)| !is_mine(name));
    }

    fn held(&self, name: &str) -> Option<Draft> {
        let held = self.held.borrow();
        let found = held.iter().find(|(at, _)| at == name);
        found.map(|(_, draft)| draft.clone())
    }

    fn hold(&self, name: String, text: &str) -> bool {
        let key = self.tab.key(&name);
        let mut held = self.held.borrow_mut();
        held.retain(|(at, _)| *at != name);
        if text.is_empty() {
            return BrowserStorage::Local.remove(&key);
        }
        let at = browser::unix_ms();
        let is_stored = BrowserStorage::Local.set_text(&key, &format!("{at} {text}"));
        if !is_stored {
            // An older text must not come back in its place.
            BrowserStorage::Local.remove(&key);
        }
        let text = text.to_owned();
        held.push((name, Draft { at, text }));
        is_stored
    }
}

fn stored(key: &str) -> Option<Draft> {
    let text = BrowserStorage::Local.text(key)?;
    let (at, text) = text.split_once(' ')?;
    Some(Draft {
        at: at.parse().ok()?,
        text: text.to_owned(),
    })
}

/// All that is stored, after what is too old or too much has gone.
fn sweep() -> Vec<(String, Draft)> {
    bring_forward();
    let keys = [DRAFT, EDIT]
        .into_iter()
        .flat_map(|kind| BrowserStorage::Local.keys(kind));
    let all: Vec<(String, Draft)> = keys
        .filter_map(|key| {
            let draft = stored(&key);
            if draft.is_none() {
                BrowserStorage::Local.remove(&key);
            }
            Some((key, draft?))
        })
        .collect();
    let mut all = sorted(all, |(_, draft)| draft.age());
    let oldest = browser::unix_ms().saturating_sub(KEPT_MS);
    let too_old = all.iter().take_while(|(_, draft)| draft.at < oldest);
    let gone = too_old.count().max(all.len().saturating_sub(MOST));
    for (key, _) in all.drain(..gone) {
        BrowserStorage::Local.remove(&key);
    }
    all
}

/// A page before this one kept drafts without a tab and a time.
fn bring_forward() {
    for key in BrowserStorage::Local.keys(DRAFT) {
        let name = key.strip_prefix(DRAFT).unwrap_or_default();
        if name.matches('.').count() == 1
            && let Some(text) = BrowserStorage::Local.text(&key)
        {
            BrowserStorage::Local.remove(&key);
            BrowserStorage::Local.set_text(
                &format!("{key}.0"),
                &format!("{} {text}", browser::unix_ms()),
            );
        }
    }
}
