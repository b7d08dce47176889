//! What was typed and not sent, kept for each room.

use shared::id::{RoomId, UserId};

use crate::browser::Store;

const PREFIX: &str = "madang.draft.";

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
}
