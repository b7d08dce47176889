//! What a room is: its name, its whole topic, and buttons to change them and to invite others.
//! It stands where the room begins, and in the dialog of its details.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::{Room, RoomKind};
use shared::permission::Action;

use super::dialogs::{Dialog, use_dialogs};
use crate::state::use_client;
use crate::tr;
use crate::view::{DynamicText, Handler, dynamic_text, memo, on, optional_view, set_text};

/// The summary.
#[component]
pub fn RoomSummary(
    /// The room.
    room: RoomId,
    /// A sentence below the name; may be empty.
    #[prop(into)]
    words: DynamicText,
    /// Whether everything can be changed, and not only a missing topic be added.
    edit: bool,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let (state, may_edit) = (client.room(room), client.may(Action::Change, room));
    let text = move |of: fn(&Room) -> &String| {
        state.with(|state| state.here().map(of).cloned().unwrap_or_default())
    };
    let topic = memo(move || text(|room| &room.topic));
    let change = move || {
        let (label, dialog) = match (edit, topic.read().is_empty()) {
            (true, _) => (tr!(room.edit), Dialog::EditRoom(room)),
            (false, true) => (tr!(room.add_topic), Dialog::AddTopic(room)),
            (false, false) => return None,
        };
        let open = on(move |_| dialogs.open_next(dialog));
        may_edit.get().then(|| button(label, open))
    };
    let copy = move |_: MouseEvent| {
        dialogs.close();
        client.copy_link(room, None);
    };
    view! {
        <div class="summary">
            <h2
                class="summary__name"
                dir="auto"
                translate="no"
                use:set_text=dynamic_text(move || text(|room| &room.name))
            ></h2>
            <p use:set_text=words></p>
            <p class="summary__topic" dir="auto" use:set_text=dynamic_text(move || topic.get())></p>
            {optional_view(change)}
            {optional_view(move || {
                // For others there is no such room as a private one.
                let is_public = state.with(|state| state.here().is_some_and(|room| room.kind == RoomKind::Public));
                is_public.then(|| button(tr!(room.invite), on(copy)))
            })}
        </div>
    }
}

fn button(label: fn() -> &'static str, act: Handler<MouseEvent>) -> AnyView {
    view! { <button class="button button--quiet" type="button" on:click=act use:set_text=label></button> }
        .into_any()
}
