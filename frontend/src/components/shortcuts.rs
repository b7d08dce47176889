//! What the shortcuts of the page do. Which keys they have is in `press`.

use leptos::prelude::*;
use shared::id::RoomId;

use super::dialogs::{Dialog, Dialogs};
use super::focus::focus_on;
use super::press::ShortcutAction;
use crate::browser::document;
use crate::state::Client;

/// Runs the action. Returns whether there was something to do.
pub(super) fn run(client: Client, dialogs: Dialogs, action: ShortcutAction) -> bool {
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
