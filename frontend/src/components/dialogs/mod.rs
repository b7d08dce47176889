//! The dialogs. Any component can open one; only one is open at a time.
//!
//! Each is a native `<dialog>`: Esc closes it, Tab stays inside, and the focus returns to the
//! element that had it.

mod delete_message;
mod frame;
mod handle;
mod name_form;
mod room_details;
mod room_form;
mod settings;
mod shortcut_list;

use leptos::prelude::*;

use crate::view::optional_view;

use delete_message::DeleteMessage;
pub use frame::DialogFrame;
pub use handle::{Dialog, Dialogs, provide_dialogs, use_dialogs};
use name_form::NameForm;
use room_details::RoomDetails;
use room_form::{CreateRoom, EditRoom};
use settings::SettingsDialog;
use shortcut_list::ShortcutList;

/// Shows the open dialog; once in the page.
#[component]
pub fn DialogHost() -> impl IntoView {
    let dialogs = use_dialogs();
    optional_view(move || {
        dialogs.current().map(|dialog| match dialog {
            Dialog::CreateRoom => view! { <CreateRoom /> }.into_any(),
            Dialog::EditRoom(room) => view! { <EditRoom room /> }.into_any(),
            Dialog::RoomDetails(room) => view! { <RoomDetails room /> }.into_any(),
            Dialog::Rename => view! { <NameForm /> }.into_any(),
            Dialog::PageSettings => view! { <SettingsDialog /> }.into_any(),
            Dialog::Shortcuts => view! { <ShortcutList /> }.into_any(),
            Dialog::DeleteMessage(room, seq) => view! { <DeleteMessage room seq /> }.into_any(),
            Dialog::MessageActions(_) => ().into_any(),
        })
    })
}
