//! Rooms and people: the page with all public rooms, making and changing a room, who is in it,
//! direct conversations, and the switcher.
//!
//! All of it is a piece of the page. The sidebar, the conversation and who is in the room now are no
//! part of it.

mod add_people;
mod choice;
mod details;
mod directory;
mod form;
mod highlight;
mod listbox;
mod new_message;
mod people_search;
mod person_card;
mod picker;
pub mod switcher;

use std::sync::OnceLock;

use leptos::prelude::*;

use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::piece_view::PieceView;
use super::room_header::SidebarButton;
use crate::browser;
use crate::piece::{Piece, piece_table};
use crate::state::use_client;
use crate::tr;
use crate::view::{on, optional_view, reactive, set_text};
use add_people::AddPeople;
use details::RoomDetails;
use directory::Directory;
use form::{CreateRoom, EditRoom};
use new_message::NewMessage;
use person_card::PersonCard;
use switcher::Switcher;

/// What the piece has.
#[derive(Clone, Copy)]
pub struct RoomsPiece {
    /// Shows a dialog.
    pub dialog: fn(Dialog) -> AnyView,
    directory: fn() -> AnyView,
    styles: [&'static str; 3],
}

/// The piece, once it is here.
static ROOMS: OnceLock<RoomsPiece> = OnceLock::new();

piece_table!(
    rooms,
    fn rooms_piece() -> RoomsPiece {
        RoomsPiece {
            dialog: show,
            directory: || view! { <Directory /> }.into_any(),
            styles: [
                include_str!("../../../styles/directory.css"),
                include_str!("../../../styles/rooms.css"),
                include_str!("../../../styles/picker.css"),
            ],
        }
    }
);

/// The piece, which is not loaded yet as far as this handle knows.
pub fn new_piece() -> Piece {
    Piece::new(|| {
        Box::pin(async {
            let piece = rooms_piece().await.ok();
            piece.inspect(set_up).is_some()
        })
    })
}

/// The first time, the piece brings its styles.
fn set_up(piece: &RoomsPiece) {
    if ROOMS.set(*piece).is_ok() {
        for styles in piece.styles {
            browser::add_styles(styles);
        }
    }
}

/// The piece, if it is here.
pub fn here() -> Option<RoomsPiece> {
    ROOMS.get().copied()
}

fn show(dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::CreateRoom => view! { <CreateRoom /> }.into_any(),
        Dialog::EditRoom(room) => view! { <EditRoom room adds_topic=false /> }.into_any(),
        Dialog::AddTopic(room) => view! { <EditRoom room adds_topic=true /> }.into_any(),
        Dialog::RoomDetails(room) => view! { <RoomDetails room /> }.into_any(),
        Dialog::AddPeople(room) => view! { <AddPeople room /> }.into_any(),
        Dialog::NewMessage(with) => view! { <NewMessage with /> }.into_any(),
        Dialog::Person(id) => view! { <PersonCard id /> }.into_any(),
        Dialog::Switcher => view! { <Switcher /> }.into_any(),
        Dialog::PageSettings
        | Dialog::SignOut
        | Dialog::Shortcuts
        | Dialog::DeleteMessage(..)
        | Dialog::PlaceMenu(_)
        | Dialog::SectionMenu
        | Dialog::NewSection(_)
        | Dialog::RenameSection
        | Dialog::LeaveRoom(_)
        | Dialog::MessageActions(_) => ().into_any(),
    }
}

/// The page with all public rooms, which loads its piece.
#[component]
pub fn DirectoryPage() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let piece = new_piece();
    if here().is_none() {
        piece.load();
    }
    // For a guest of one room there are no others.
    let only_room = client.only_room();
    let add = optional_view(move || {
        only_room.get().is_none().then(|| {
            view! {
                <button
                    class="button button--quiet directory__new"
                    type="button"
                    on:click=on(move |_| dialogs.open(Dialog::CreateRoom))
                >
                    <Icon glyph=Glyph::Plus />
                    <span use:set_text=tr!(sidebar.new_room)></span>
                </button>
            }
        })
    });
    view! {
        <main class="shell__main conversation directory" tabindex="-1">
            <header class="conversation__header">
                <SidebarButton room=None />
                <div class="conversation__title">
                    <h1 class="conversation__name" use:set_text=tr!(app.directory)></h1>
                </div>
                {add}
            </header>
            {reactive(move || match (piece.is_here(), here()) {
                (_, Some(rooms)) => (rooms.directory)().into_any(),
                _ => view! { <PieceView piece /> }.into_any(),
            })}
        </main>
    }
}
