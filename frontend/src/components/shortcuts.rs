//! The keys that work everywhere on the page.

use leptos::prelude::*;
use shared::id::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::dialogs::{Dialog, Dialogs};
use crate::browser::on_document;
use crate::state::Client;

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShortcutAction {
    ShowKeys,
    NextRoom,
    PreviousRoom,
    NextUnread,
    MarkRead,
    CloseDrawer,
}

/// A pressed key, independent of the browser.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a keyboard event has these four modifiers"
)]
struct Press<'a> {
    key: &'a str,
    alt: bool,
    shift: bool,
    /// Ctrl or Cmd.
    command: bool,
    /// Whether it was pressed in a text field.
    writing: bool,
}

impl Press<'_> {
    fn action(self) -> Option<ShortcutAction> {
        match (self.key, self.alt, self.shift, self.command) {
            ("?", false, _, false) if !self.writing => Some(ShortcutAction::ShowKeys),
            ("/", false, _, true) => Some(ShortcutAction::ShowKeys),
            ("ArrowDown", true, false, false) => Some(ShortcutAction::NextRoom),
            ("ArrowUp", true, false, false) => Some(ShortcutAction::PreviousRoom),
            ("ArrowDown", true, true, false) => Some(ShortcutAction::NextUnread),
            ("Escape", false, true, false) => Some(ShortcutAction::MarkRead),
            ("Escape", false, false, false) => Some(ShortcutAction::CloseDrawer),
            _ => None,
        }
    }
}

/// Listens as long as the page lives.
pub fn listen(client: Client, dialogs: Dialogs) {
    on_document("keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        // Keys that an input method, a menu or a dialog has handled are ignored.
        if event.default_prevented() || event.is_composing() || event.key_code() == 229 {
            return;
        }
        if dialogs.is_open() || client.me().with_untracked(Option::is_none) {
            return;
        }
        let key = event.key();
        let press = Press {
            key: &key,
            alt: event.alt_key(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            writing: is_writing(event),
        };
        if let Some(action) = press.action()
            && run(client, dialogs, action)
        {
            event.prevent_default();
        }
    })
    .with_owner();
}

fn is_writing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| {
            element
                .matches("input, textarea, [contenteditable]")
                .unwrap_or(false)
        })
}

/// Runs the action. Returns whether there was something to do.
fn run(client: Client, dialogs: Dialogs, action: ShortcutAction) -> bool {
    let current = client.current_room().get_untracked();
    let go = |room: Option<RoomId>| room.inspect(|&room| client.open_room(room)).is_some();
    let rooms = client.unread_by_room();
    let rooms = rooms.iter();
    match action {
        ShortcutAction::ShowKeys => {
            dialogs.open(Dialog::Shortcuts);
            true
        }
        ShortcutAction::NextRoom => go(step(rooms, current, |_| true)),
        ShortcutAction::PreviousRoom => go(step(rooms.rev(), current, |_| true)),
        ShortcutAction::NextUnread => go(step(rooms, current, |unread| unread > 0)),
        ShortcutAction::MarkRead => current
            .inspect(|&room| client.mark_all_read(room))
            .is_some(),
        ShortcutAction::CloseDrawer => super::drawers::close(client),
    }
}

/// The next wanted room after the current one, cyclically; never the current one.
fn step<'a>(
    rooms: impl Iterator<Item = &'a (RoomId, u64)> + Clone,
    current: Option<RoomId>,
    wanted: impl Fn(u64) -> bool,
) -> Option<RoomId> {
    let after = rooms
        .clone()
        .skip_while(|(id, _)| Some(*id) != current)
        .skip(1);
    let before = rooms.take_while(|(id, _)| Some(*id) != current);
    after
        .chain(before)
        .find(|(_, unread)| wanted(*unread))
        .map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(id: i64, unread: u64) -> (RoomId, u64) {
        (RoomId(id), unread)
    }

    #[test]
    fn the_question_mark_is_a_letter_while_writing() {
        let press = Press {
            key: "?",
            shift: true,
            ..Press::default()
        };
        assert_eq!(press.action(), Some(ShortcutAction::ShowKeys));
        let writing = Press {
            writing: true,
            ..press
        };
        assert_eq!(writing.action(), None);
        let command = Press {
            key: "/",
            command: true,
            shift: false,
            ..writing
        };
        assert_eq!(command.action(), Some(ShortcutAction::ShowKeys));
    }

    #[test]
    fn next_and_previous_room_are_cyclic() {
        let rooms = [room(1, 0), room(2, 0), room(3, 4)];
        let next = |from| step(rooms.iter(), Some(RoomId(from)), |_| true);
        assert_eq!(next(1), Some(RoomId(2)));
        assert_eq!(next(3), Some(RoomId(1)));
        assert_eq!(step(rooms[..1].iter(), Some(RoomId(1)), |_| true), None);
        let back = step(rooms.iter().rev(), Some(RoomId(1)), |_| true);
        assert_eq!(back, Some(RoomId(3)));
    }

    #[test]
    fn the_next_unread_room_skips_what_is_read() {
        let rooms = [room(1, 2), room(2, 0), room(3, 4)];
        let unread = |from| step(rooms.iter(), Some(RoomId(from)), |unread| unread > 0);
        assert_eq!(unread(1), Some(RoomId(3)));
        assert_eq!(unread(3), Some(RoomId(1)));
    }
}
