//! What was typed and not sent, kept for each room.

use shared::id::{RoomId, UserId};

use super::timeline::Editing;
use crate::browser::Store;

const PREFIX: &str = "madang.draft.";
/// A change of a message that was begun, in the tab's own store: two tabs may change
/// two messages of one room.
const EDIT: &str = "madang.edit.";

fn key(user: UserId, room: RoomId) -> String {
    format!("{PREFIX}{user}.{room}")
}

/// The draft for a room; empty if there is none.
pub(super) fn read(user: UserId, room: RoomId) -> String {
    Store::Local.text(&key(user, room)).unwrap_or_default()
}

/// Keeps the draft for a room.
pub(super) fn keep(user: UserId, room: RoomId, text: &str) {
    let key = key(user, room);
    if text.is_empty() {
        Store::Local.remove(&key);
    } else {
        Store::Local.set_text(&key, text);
    }
}

/// Forgets all drafts of a person.
pub(super) fn forget(user: UserId) {
    for key in Store::Local.keys(&format!("{PREFIX}{user}.")) {
        Store::Local.remove(&key);
    }
    for key in Store::Tab.keys(&format!("{EDIT}{user}.")) {
        Store::Tab.remove(&key);
    }
}

/// The change of a message that was begun in a room.
pub(super) fn read_edit(user: UserId, room: RoomId) -> Option<Editing> {
    Store::Tab.get(&format!("{EDIT}{user}.{room}"))
}

/// Keeps the change of a message that was begun; `None`: it is over.
pub(super) fn keep_edit(user: UserId, room: RoomId, edit: Option<&Editing>) {
    let key = format!("{EDIT}{user}.{room}");
    match edit {
        Some(edit) => {
            Store::Tab.set(&key, edit);
        }
        None => Store::Tab.remove(&key),
    }
}
