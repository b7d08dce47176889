//! The dialogs. Any component can open one; only one is open at a time.
//!
//! Each is a native `<dialog>`: Esc closes it, Tab stays inside, and the focus returns to the
//! element that had it.

mod delete_message;
mod frame;
mod handle;
mod leave_room;
mod menu_frame;
mod place_menu;
mod section_form;
mod section_menu;
mod settings;
mod shortcut_list;
mod sign_out;

use std::sync::OnceLock;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use super::piece_view::PieceView;
use super::rooms;
use super::tools::use_tools;
use crate::browser;
use crate::piece::{Piece, piece_table};
use crate::state::{ConnectionStatus, use_client};
use crate::tr;
use crate::view::{effect, on, optional_view, set_text};

use delete_message::DeleteMessage;
pub use frame::{CancelButton, CloseButton, DialogFrame};
pub use handle::{Dialog, Dialogs, provide_dialogs, use_dialogs};
use settings::SettingsDialog;
use shortcut_list::ShortcutList;
use sign_out::SignOutDialog;

/// How long after connecting the page loads what is not wanted yet.
const QUIET: Duration = Duration::from_secs(3);

/// The function of the piece, once it is here.
static SHOW: OnceLock<fn(Dialog) -> AnyView> = OnceLock::new();

piece_table!(
    dialogs,
    fn dialog_piece() -> fn(Dialog) -> AnyView {
        show
    }
);

fn show(dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::PageSettings => view! { <SettingsDialog /> }.into_any(),
        Dialog::SignOut => view! { <SignOutDialog /> }.into_any(),
        Dialog::Shortcuts => view! { <ShortcutList /> }.into_any(),
        Dialog::DeleteMessage(room, seq) => view! { <DeleteMessage room seq /> }.into_any(),
        Dialog::PlaceMenu(room) => place_menu::place_menu(room),
        Dialog::SectionMenu => section_menu::section_menu(),
        Dialog::NewSection(room) => section_form::new_section(room),
        Dialog::RenameSection => section_form::rename_section(),
        Dialog::LeaveRoom(room) => leave_room::leave_room(room),
        // The timeline shows the first, and the piece of rooms the others.
        Dialog::MessageActions(_)
        | Dialog::CreateRoom
        | Dialog::EditRoom(_)
        | Dialog::AddTopic(_)
        | Dialog::RoomDetails(_)
        | Dialog::AddPeople(_)
        | Dialog::NewMessage(_)
        | Dialog::Person(_)
        | Dialog::Switcher => ().into_any(),
    }
}

/// Shows the open dialog; once in the page. The pieces that have them load with the first one, or
/// when the room has come and nothing else is going on.
#[component]
pub fn DialogHost() -> impl IntoView {
    let dialogs = use_dialogs();
    let own = Piece::new(|| {
        Box::pin(async {
            let show = dialog_piece().await.ok();
            show.is_some_and(|show| SHOW.set(show).is_ok() || SHOW.get().is_some())
        })
    });
    let (of_rooms, tools) = (rooms::new_piece(), use_tools().piece());
    // A form also opens, and a message is also deleted, while there is no connection.
    let connection = use_client().connection();
    effect(move || {
        if connection.get() == ConnectionStatus::Live {
            browser::after(QUIET, move || {
                if connection.try_get_untracked() == Some(ConnectionStatus::Live) {
                    own.load();
                    of_rooms.load();
                }
            });
        }
    });
    let waiting = NodeRef::<html::Dialog>::new();
    // Whether the waiting dialog was opened and not replaced yet.
    let waits = StoredValue::new(false);
    optional_view(move || {
        let dialog = dialogs.current()?;
        let is_about_rooms = dialog.is_about_rooms();
        let piece = match dialog {
            // The timeline shows it.
            Dialog::MessageActions(_) => tools,
            _ if is_about_rooms => of_rooms,
            _ => own,
        };
        if piece.is_here() {
            if let Some(waiting) = waiting.get_untracked().filter(|_| waits.get_value()) {
                waits.set_value(false);
                if !waiting.open() {
                    // The person has closed it just now: its event comes after the piece.
                    dialogs.closed();
                    return None;
                }
                // First gives the focus back, so that the dialog can do so when it is closed.
                waiting.close();
            }
            if is_about_rooms {
                rooms::here().map(|rooms| (rooms.dialog)(dialog))
            } else {
                SHOW.get().map(|show| show(dialog))
            }
        } else {
            piece.forget_failure();
            piece.load();
            Some(view! { <WaitingDialog piece node=waiting waits /> }.into_any())
        }
    })
}

/// A dialog whose piece is not here yet.
#[component]
fn WaitingDialog(
    piece: Piece,
    node: NodeRef<html::Dialog>,
    waits: StoredValue<bool>,
) -> impl IntoView {
    let dialogs = use_dialogs();
    effect(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            waits.set_value(true);
        }
    });
    let closed = move |_| {
        waits.set_value(false);
        // Not closed by the person if the dialog itself has taken its place.
        if !untrack(move || piece.is_here()) {
            dialogs.closed();
        }
    };
    view! {
        <dialog class="dialog dialog--waiting" aria-label=tr!(app.loading) node_ref=node on:close=on(closed)>
            <div class="dialog__body">
                <PieceView piece />
            </div>
            <div class="dialog__foot">
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| dialogs.close())
                    use:set_text=tr!(app.cancel)
                ></button>
            </div>
        </dialog>
    }
}
