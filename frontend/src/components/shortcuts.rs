//! The keys that work everywhere on the page. What is typed outside of a field goes to the
//! composer.

use leptos::prelude::*;
use shared::id::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::dialogs::{Dialog, Dialogs};
use super::focus::focus_on;
use super::keys::letter;
use crate::browser::{document, on_document};
use crate::state::Client;

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShortcutAction {
    ShowKeys,
    Switch,
    NextRoom,
    PreviousRoom,
    NextUnread,
    PreviousUnread,
    MarkRead,
    MarkAllRead,
    CloseDrawer,
    NextPane,
    PreviousPane,
}

impl ShortcutAction {
    /// Whether it is there for who reads without a session: there is one room, and nothing to change.
    fn is_for_readers(self) -> bool {
        matches!(
            self,
            ShortcutAction::CloseDrawer | ShortcutAction::NextPane | ShortcutAction::PreviousPane
        )
    }
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
            ("k", false, false, true) => Some(ShortcutAction::Switch),
            ("ArrowDown", true, false, false) => Some(ShortcutAction::NextRoom),
            ("ArrowUp", true, false, false) => Some(ShortcutAction::PreviousRoom),
            ("ArrowDown", true, true, false) => Some(ShortcutAction::NextUnread),
            ("ArrowUp", true, true, false) => Some(ShortcutAction::PreviousUnread),
            ("r", true, true, false) => Some(ShortcutAction::MarkAllRead),
            ("Escape", false, true, false) => Some(ShortcutAction::MarkRead),
            ("Escape", false, false, false) => Some(ShortcutAction::CloseDrawer),
            ("F6", false, false, false) => Some(ShortcutAction::NextPane),
            ("F6", false, true, false) => Some(ShortcutAction::PreviousPane),
            _ => None,
        }
    }

    /// Whether it types a text that no field gets. Space presses buttons and scrolls.
    fn is_text(self, by_input_method: bool, alt_graph: bool) -> bool {
        let is_character = self.key.chars().count() == 1 && self.key != " ";
        let has_modifier = (self.alt || self.command) && !alt_graph;
        !self.writing && !has_modifier && (is_character || by_input_method || self.key == "Dead")
    }
}

/// Listens as long as the page lives.
pub fn listen(client: Client, dialogs: Dialogs) {
    on_document("keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        // Keys that a menu, a row or a dialog has handled are ignored.
        let is_person = client.me().with_untracked(Option::is_some);
        if event.default_prevented()
            || dialogs.is_open()
            || !(is_person || untrack(|| client.is_reading()))
        {
            return;
        }
        let key = letter(event);
        let by_input_method = event.is_composing() || event.key_code() == 229;
        let press = Press {
            key: &key,
            alt: event.alt_key(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            writing: is_at(event, "input, textarea, [contenteditable]"),
        };
        if let Some(action) = press.action().filter(|_| !by_input_method) {
            if (is_person || action.is_for_readers()) && run(client, dialogs, action) {
                event.prevent_default();
            }
        } else if press.is_text(by_input_method, event.get_modifier_state("AltGraph"))
            && !is_at(event, ".row[data-current='keyboard']")
            && document().query_selector(":popover-open") == Ok(None)
        {
            // The key itself, or the composition that it begins, comes to the field that has
            // the focus then.
            focus_on(".composer__input");
        }
    })
    .with_owner();
}

/// Whether a key was pressed in an element that matches a selector.
fn is_at(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target();
    target
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.matches(selector).unwrap_or(false))
}

/// Runs the action. Returns whether there was something to do.
fn run(client: Client, dialogs: Dialogs, action: ShortcutAction) -> bool {
    let current = client.current_room().get_untracked();
    let go = |room: Option<RoomId>| room.inspect(|&room| client.open_room(room)).is_some();
    let rooms = client.rows();
    let rooms = rooms.iter();
    let is_unread = |unread| unread > 0;
    match action {
        ShortcutAction::ShowKeys => {
            dialogs.open(Dialog::Shortcuts);
            true
        }
        // For a guest of one room there is nothing to go to.
        ShortcutAction::Switch if client.only_room().get_untracked().is_some() => false,
        ShortcutAction::Switch => {
            dialogs.open(Dialog::Switcher);
            true
        }
        ShortcutAction::NextRoom => go(step(rooms, current, |_| true)),
        ShortcutAction::PreviousRoom => go(step(rooms.rev(), current, |_| true)),
        ShortcutAction::NextUnread => go(step(rooms, current, is_unread)),
        ShortcutAction::PreviousUnread => go(step(rooms.rev(), current, is_unread)),
        ShortcutAction::MarkAllRead => {
            client.mark_all_rooms_read();
            true
        }
        ShortcutAction::MarkRead => current
            .inspect(|&room| client.mark_all_read(room))
            .is_some(),
        ShortcutAction::CloseDrawer => super::drawers::close(client),
        ShortcutAction::NextPane => move_to_pane(1),
        ShortcutAction::PreviousPane => move_to_pane(PANES.len() - 1),
    }
}

/// The panes, and what gets the focus in each.
const PANES: [(&str, &str); 4] = [
    (".shell__sidebar", ".sidebar__scroller [tabindex='0']"),
    (".timeline", ".timeline__scroller"),
    (".composer, .bar", ".composer__input, .bar .button"),
    (".shell__people", ".people__list"),
];

/// Moves the focus so many panes on, or further if that one is not to be seen.
fn move_to_pane(step: usize) -> bool {
    let focused = document().active_element();
    let is_in = |pane: &str| {
        let focused = focused.as_ref();
        focused.is_some_and(|focused| matches!(focused.closest(pane), Ok(Some(_))))
    };
    let present = PANES.iter().rposition(|(pane, _)| is_in(pane));
    let present = present.unwrap_or(if step == 1 { PANES.len() - 1 } else { 0 });
    let mut panes = (1..PANES.len()).map(|times| (present + times * step) % PANES.len());
    panes.any(|at| PANES.get(at).is_some_and(|(_, target)| focus_on(target)))
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
    fn only_characters_without_a_modifier_are_text() {
        let press = |key| Press {
            key,
            ..Press::default()
        };
        for key in ["a", "ㅎ", "1", "Dead"] {
            assert!(press(key).is_text(false, false), "{key}");
            let writing = Press {
                writing: true,
                ..press(key)
            };
            assert!(!writing.is_text(false, false), "{key}");
        }
        for key in [" ", "Enter", "Backspace", "ArrowUp", "Process"] {
            assert!(!press(key).is_text(false, false), "{key}");
        }
        assert!(press("Process").is_text(true, false));
        let at_sign = Press {
            alt: true,
            command: true,
            ..press("@")
        };
        assert!(!at_sign.is_text(false, false));
        assert!(at_sign.is_text(false, true));
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
    fn the_next_and_the_previous_unread_room_skip_what_is_read() {
        let rooms = [room(1, 2), room(2, 0), room(3, 4)];
        let unread = |from| step(rooms.iter(), Some(RoomId(from)), |unread| unread > 0);
        assert_eq!(unread(1), Some(RoomId(3)));
        assert_eq!(unread(3), Some(RoomId(1)));
        let back = step(rooms.iter().rev(), Some(RoomId(3)), |unread| unread > 0);
        assert_eq!(back, Some(RoomId(1)));
    }
}
