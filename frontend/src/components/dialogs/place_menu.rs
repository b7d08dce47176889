//! What can be done with a room of the list.

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::{RoomKind, Sidebar, SidebarChange, SidebarPlace};
use shared::permission::Action;

use super::menu_frame::{MenuAction, menu_frame};
use super::{Dialog, Dialogs, use_dialogs};
use crate::browser::{document, next_frame};
use crate::components::focus::focus_on;
use crate::components::icons::Glyph;
use crate::i18n::arranging::words;
use crate::navigation;
use crate::route::Route;
use crate::state::{Client, PlaceRow, use_client};
use crate::view::dynamic_text;

/// A page of the menu.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Actions,
    /// Where the room is to be.
    Move,
}

/// The menu of one room.
#[derive(Clone, Copy)]
struct PlaceMenu {
    client: Client,
    dialogs: Dialogs,
    room: RoomId,
    page: RwSignal<Page>,
}

/// The menu.
pub(super) fn place_menu(room: RoomId) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let menu = PlaceMenu {
        client,
        dialogs,
        room,
        page: RwSignal::new(Page::Actions),
    };
    let name = client.place(room).with_untracked(|row| row.name.clone());
    menu_frame(name, row_of(room), move || match menu.page.get() {
        Page::Actions => menu.actions(),
        Page::Move => menu.places(),
    })
}

fn row_of(room: RoomId) -> String {
    format!(".place[href='{}']", Route::Room(room).path())
}

impl PlaceMenu {
    fn actions(self) -> Vec<MenuAction> {
        let PlaceMenu {
            client,
            dialogs,
            room,
            page,
        } = self;
        let words = words();
        let arrangement = client.arrangement();
        let row = client.place(room).get_untracked();
        let is_favourite = arrangement.favourites.contains(&room);
        let is_muted = arrangement.is_muted(room);
        let (favour, to) = if is_favourite {
            (words.unfavourite, SidebarPlace::Rooms)
        } else {
            (words.favourite, SidebarPlace::Favourites)
        };
        let mut actions = vec![
            MenuAction::new(Glyph::Star, text(favour), move || {
                self.move_to(to.clone(), None);
            }),
            MenuAction::new(Glyph::Move, text(words.move_to), move || {
                page.set(Page::Move);
            }),
            MenuAction::new(
                Glyph::Mute,
                text(if is_muted { words.unmute } else { words.mute }),
                move || {
                    self.change(SidebarChange::Mute {
                        room,
                        on: !is_muted,
                    });
                },
            ),
        ];
        if client.has_unread(room) {
            actions.push(MenuAction::new(
                Glyph::Check,
                text(words.mark_read),
                move || {
                    client.mark_all_read(room);
                    self.done();
                },
            ));
        }
        actions.push(MenuAction::new(
            Glyph::Info,
            text(words.details),
            move || {
                dialogs.open_next(Dialog::RoomDetails(room));
            },
        ));
        if row.kind == RoomKind::Direct {
            actions.push(MenuAction::new(
                Glyph::Close,
                text(words.close),
                move || self.close(),
            ));
        }
        if client.may(Action::Leave, room).get_untracked() {
            let leave = move || self.leave(row.kind);
            let leave = MenuAction::new(Glyph::Leave, text(words.leave), leave);
            actions.push(leave.alarming());
        }
        actions
    }

    /// Where the room can be moved to.
    fn places(self) -> Vec<MenuAction> {
        let PlaceMenu {
            client,
            dialogs,
            room,
            ..
        } = self;
        let words = words();
        let arrangement = client.arrangement();
        let mut actions = Vec::new();
        for (glyph, label, step) in [(Glyph::Up, words.up, -1), (Glyph::Down, words.down, 1)] {
            if let Some(change) = self.step(&arrangement, step) {
                actions.push(MenuAction::new(glyph, text(label), move || {
                    self.change(change.clone());
                }));
            }
        }
        for section in &arrangement.sections {
            if !section.rooms.contains(&room) {
                let to = SidebarPlace::Section(section.name.clone());
                actions.push(MenuAction::new(
                    Glyph::Move,
                    section.name.clone(),
                    move || {
                        self.move_to(to.clone(), None);
                    },
                ));
            }
        }
        if arrangement
            .sections
            .iter()
            .any(|section| section.rooms.contains(&room))
        {
            actions.push(MenuAction::new(
                Glyph::Close,
                text(words.out_of_section),
                move || {
                    self.move_to(SidebarPlace::Rooms, None);
                },
            ));
        }
        actions.push(MenuAction::new(
            Glyph::Plus,
            text(words.new_section),
            move || {
                dialogs.open_next(Dialog::NewSection(room));
            },
        ));
        actions
    }

    /// One place up or down, where the person has made the order.
    fn step(self, arrangement: &Sidebar, step: isize) -> Option<SidebarChange> {
        let PlaceMenu { client, room, .. } = self;
        let to = place_in(arrangement, room)?;
        let shown = client.sections().get_untracked();
        let rooms = shown.into_iter().map(|section| section.rooms);
        let rooms = rooms.into_iter().find(|rooms| rooms.contains(&room))?;
        let at = rooms.iter().position(|other| *other == room)?;
        let neighbour = *rooms.get(at.checked_add_signed(step)?)?;
        // Rooms that draw no attention stand behind all others.
        let is_quiet = |room| {
            client
                .place(room)
                .with_untracked(|row: &PlaceRow| row.is_quiet)
        };
        if is_quiet(neighbour) != is_quiet(room) {
            return None;
        }
        let before = if step < 0 {
            Some(neighbour)
        } else {
            rooms.get(at + 2).copied()
        };
        Some(SidebarChange::Move { room, to, before })
    }

    fn move_to(self, to: SidebarPlace, before: Option<RoomId>) {
        let room = self.room;
        self.change(SidebarChange::Move { room, to, before });
    }

    fn change(self, change: SidebarChange) {
        self.client.arrange(change);
        self.done();
    }

    /// Closes the menu. The focus is at the row then, also if the row has moved.
    fn done(self) {
        self.dialogs.close();
        let row = row_of(self.room);
        next_frame(move || {
            let focused = document().active_element();
            if focused.is_none_or(|focused| focused.tag_name() == "BODY") {
                focus_on(&row);
            }
        });
    }

    fn close(self) {
        let PlaceMenu { client, room, .. } = self;
        self.dialogs.close();
        if client.current_room().get_untracked() == Some(room) {
            navigation::go(&Route::Room(RoomId::LOBBY).path());
        }
        client.close_conversation(room);
    }

    /// A private room is lost with the membership, so that is asked first.
    fn leave(self, kind: RoomKind) {
        let PlaceMenu {
            client,
            dialogs,
            room,
            ..
        } = self;
        if kind == RoomKind::Private {
            dialogs.open_next(Dialog::LeaveRoom(room));
        } else {
            dialogs.close();
            client.leave_room(room);
        }
    }
}

/// Where the person has put a room.
fn place_in(arrangement: &Sidebar, room: RoomId) -> Option<SidebarPlace> {
    if arrangement.favourites.contains(&room) {
        return Some(SidebarPlace::Favourites);
    }
    let mut sections = arrangement.sections.iter();
    let section = sections.find(|section| section.rooms.contains(&room))?;
    Some(SidebarPlace::Section(section.name.clone()))
}

fn text(text: &'static str) -> crate::view::DynamicText {
    dynamic_text(move || text)
}
