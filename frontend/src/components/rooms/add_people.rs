//! Making people members of a room.

use leptos::ev;
use leptos::prelude::*;
use shared::command::Command;
use shared::id::RoomId;
use shared::model::RoomKind;

use super::people_search::PeopleSearch;
use super::picker::{Picker, picker};
use crate::components::dialogs::{CancelButton, DialogFrame, use_dialogs};
use crate::components::form::{FormError, FormState, Submit};
use crate::i18n::rooms::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, set_text};

/// The dialog.
#[component]
pub(super) fn AddPeople(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let form = FormState::for_command();
    let choice = Picker::new(
        PeopleSearch::new(Some(room)),
        Vec::new(),
        Command::MOST_MEMBERS,
        false,
    );
    let state = client.room(room);
    let read = move |read: fn(&shared::model::Room) -> String| {
        state.with(|state| state.here().map(read).unwrap_or_default())
    };
    let is_private =
        client.room_status(room).here().map(|room| room.kind) == Some(RoomKind::Private);
    let is_refused = RwSignal::new(false);
    let add = move || {
        let users = choice.others();
        is_refused.set(users.is_empty());
        if users.is_empty() {
            return;
        }
        form.submit(async move {
            client.give(Command::AddMembers { room, users }).await?;
            if form.is_here() {
                dialogs.close();
            }
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        add();
    };
    let note = move || {
        if is_private {
            words().picker.add_private
        } else {
            words().picker.add_public
        }
    };
    let title = dynamic_text(move || (words().picker.add_title)(&read(|room| room.name.clone())));
    view! {
        <DialogFrame title>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    <p class="dialog__note" use:set_text=dynamic_text(note)></p>
                    {picker(choice, add)}
                    <Unchosen choice is_refused />
                    <FormError form fields=&[] />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form label=|| words().picker.add />
                </div>
            </form>
        </DialogFrame>
    }
}

/// Says that somebody has to be chosen, until somebody is.
#[component]
pub(super) fn Unchosen(choice: Picker, is_refused: RwSignal<bool>) -> impl IntoView {
    let text = move || {
        let is_empty = choice.chosen.with(Vec::is_empty);
        if is_refused.get() && is_empty {
            words().picker.choose_first
        } else {
            ""
        }
    };
    view! { <p class="dialog__error" role="alert" use:set_text=dynamic_text(text)></p> }
}
