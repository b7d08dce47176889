//! Opening a direct conversation.

use leptos::ev;
use leptos::prelude::*;
use shared::command::Command;
use shared::id::RoomId;

use super::add_people::Unchosen;
use super::people_search::PeopleSearch;
use super::picker::{Picker, picker};
use crate::components::dialogs::{CancelButton, DialogFrame, use_dialogs};
use crate::components::form::{FormError, FormState, Submit};
use crate::i18n::rooms::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, set_text};

/// The dialog.
#[component]
pub(super) fn NewMessage(
    /// A conversation whose people are chosen already.
    with: Option<RoomId>,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let form = FormState::for_command();
    let present = with.map_or_else(Vec::new, |room| untrack(|| client.others_in(room)));
    let present = present.into_iter().filter_map(|id| client.profile_of(id));
    let choice = Picker::new(
        PeopleSearch::new(None),
        present.collect(),
        // With oneself they are as many as there may be.
        Command::MOST_IN_DIRECT - 1,
        true,
    );
    let is_refused = RwSignal::new(false);
    let open = move || {
        is_refused.set(choice.is_empty());
        if choice.is_empty() {
            return;
        }
        let users = choice.others();
        form.submit(async move {
            let room = client.make_room(Command::OpenDirect { users }).await?;
            if form.is_here() {
                dialogs.close();
                client.open_room(room);
            }
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        open();
    };
    let extends = with.is_some();
    let title = dynamic_text(move || {
        let words = &words().picker;
        if extends {
            words.extend_title
        } else {
            words.message_title
        }
    });
    let note = move || {
        let words = &words().picker;
        if extends {
            words.extend_hint
        } else {
            words.message_hint
        }
    };
    view! {
        <DialogFrame title>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    <p class="dialog__note" use:set_text=dynamic_text(note)></p>
                    {picker(choice, open)}
                    <Unchosen choice is_refused />
                    <FormError form fields=&[] />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form label=|| words().picker.open />
                </div>
            </form>
        </DialogFrame>
    }
}
