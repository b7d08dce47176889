//! Unsent texts: a draft for each room, and begun edits of messages.
//!
//! Both are held in memory, and stored under keys of this tab (see [`Tab`]) in case the tab is
//! reloaded, crashes or is closed. Drafts of a closed tab are adopted by the next tab in which
//! the same person opens the room.

use std::cell::RefCell;
use std::rc::Rc;

use shared::id::{RoomId, UserId};
use wasm_bindgen_futures::spawn_local;

use super::sort::sorted;
use super::tab::Tab;
use super::timeline::Editing;
use crate::browser::{self, BrowserStorage};
use crate::wire;

const DRAFT: &str = "madang.draft.";
const EDIT: &str = "madang.edit.";
/// Drafts of any person that were not changed for this long are deleted.
const KEPT_MS: u64 = 90 * 24 * 60 * 60 * 1_000;
/// The most drafts of all people and tabs; above, the oldest are deleted.
const MOST: usize = 300;

/// Whether a draft is as it was.
pub(super) type IsSame = Box<dyn Fn() -> bool>;
/// Shows an adopted draft.
pub(super) type AdoptText = Box<dyn Fn(&str)>;
/// Continues an adopted edit.
pub(super) type AdoptEdit = Box<dyn FnOnce(Editing)>;

/// The drafts of this tab.
pub(super) struct Drafts {
    tab: Rc<Tab>,
    /// By name: kind, person and room.
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
    /// Starts with the drafts of the previous document in this tab.
    pub(super) fn open(tab: Rc<Tab>) -> Rc<Self> {
        let stored = sweep();
        let own = stored.into_iter().filter_map(|(key, draft)| {
            let name = tab.name(&key)?.to_owned();
            Some((name, draft))
        });
        let held = RefCell::new(own.collect());
        Rc::new(Drafts { tab, held })
    }

    /// The draft for a room; empty if there is none.
    pub(super) fn read(&self, user: UserId, room: RoomId) -> String {
        self.held(&draft_of(user, room)).unwrap_or_default().text
    }

    /// Stores the draft for a room. Returns whether the browser accepted it.
    pub(super) fn keep(&self, user: UserId, room: RoomId, text: &str) -> bool {
        self.hold(draft_of(user, room), text)
    }

    /// The edit that was begun in a room.
    pub(super) fn read_edit(&self, user: UserId, room: RoomId) -> Option<Editing> {
        wire::from_str(&self.held(&edit_of(user, room))?.text).ok()
    }

    /// Stores the edit that was begun; `None`: it has ended. Returns whether the browser
    /// accepted it.
    pub(super) fn keep_edit(&self, user: UserId, room: RoomId, edit: Option<&Editing>) -> bool {
        let text = edit.and_then(|edit| wire::to_string(edit).ok());
        self.hold(edit_of(user, room), &text.unwrap_or_default())
    }

    /// Whether other tabs have stored drafts for a room, which may be closed.
    pub(super) fn has_others(&self, user: UserId, room: RoomId) -> bool {
        self.is_any_of_others(&draft_of(user, room))
    }

    /// The same for edits.
    pub(super) fn has_other_edits(&self, user: UserId, room: RoomId) -> bool {
        self.is_any_of_others(&edit_of(user, room))
    }

    fn is_any_of_others(&self, name: &str) -> bool {
        let mut keys = BrowserStorage::Local.keys(&format!("{name}.")).into_iter();
        keys.any(|key| self.tab.name(&key).is_none())
    }

    /// Adopts drafts of closed tabs for a room, and shows the whole draft, oldest first, unless there
    /// are none, or the draft has changed in the meantime: then they stay for the next time.
    pub(super) fn adopt(
        self: &Rc<Self>,
        (user, room): (UserId, RoomId),
        is_as_it_was: IsSame,
        show: AdoptText,
    ) {
        let (drafts, name) = (Rc::clone(self), draft_of(user, room));
        spawn_local(async move {
            let left = drafts.left_behind(&name).await;
            if left.is_empty() || !is_as_it_was() {
                return;
            }
            let mut all: Vec<Draft> = drafts.held(&name).into_iter().collect();
            all.extend(left.iter().filter_map(|key| {
                let draft = stored(key);
                BrowserStorage::Local.remove(key);
                draft
            }));
            let all = sorted(all, Draft::age);
            let texts: Vec<String> = all.into_iter().map(|draft| draft.text).collect();
            let text = texts.join("\n\n");
            drafts.hold(name, &text);
            show(&text);
        });
    }

    /// Adopts an edit of a closed tab. Only one: the next one is adopted after it has ended.
    pub(super) fn adopt_edit(self: &Rc<Self>, (user, room): (UserId, RoomId), go_on: AdoptEdit) {
        let (drafts, name) = (Rc::clone(self), edit_of(user, room));
        spawn_local(async move {
            let left = drafts.left_behind(&name).await;
            if drafts.held(&name).is_some() {
                return;
            }
            let Some(key) = left.first() else { return };
            let draft = stored(key);
            BrowserStorage::Local.remove(key);
            if let Some(draft) = draft {
                drafts.hold(name, &draft.text);
            }
            if let Some(begun) = drafts.read_edit(user, room) {
                go_on(begun);
            }
        });
    }

    /// The keys of closed tabs with this name.
    async fn left_behind(&self, name: &str) -> Vec<String> {
        let mut free = Vec::new();
        for key in BrowserStorage::Local.keys(&format!("{name}.")) {
            if self.tab.name(&key).is_none() && self.tab.may_take(&key).await {
                free.push(key);
            }
        }
        free
    }

    /// Another tab has removed a key. If it was this tab's draft for a room, the other tab has
    /// adopted it, or the person has signed out there. Returns the text, which does not belong
    /// to this tab any more.
    pub(super) fn lost(&self, user: UserId, room: RoomId, key: &str) -> Option<String> {
        let name = draft_of(user, room);
        let is_it = self.tab.name(key) == Some(&name);
        let mut held = self.held.borrow_mut();
        let at = held.iter().position(|(at, _)| is_it && *at == name)?;
        Some(held.swap_remove(at).1.text)
    }

    /// Deletes all drafts of a person, in every tab.
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
            // An older text must not be restored in its place.
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

/// All stored drafts, after deleting those that are too old or too many.
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

/// Converts drafts of an earlier page version, which had no tab and no time.
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
