//! What a room is: its name and its topic, whole, and a link to it.

use leptos::prelude::*;
use shared::id::RoomId;

use super::frame::DialogFrame;
use super::{Dialog, use_dialogs};
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, optional_view, set_text};

/// The details of a room.
#[component]
pub(super) fn RoomDetails(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let state = client.room(room);
    let may_edit = client.may_edit(room);
    let name = move || state.with(|state| state.here().map_or(String::new(), |it| it.name.clone()));
    let topic =
        move || state.with(|state| state.here().map_or(String::new(), |it| it.topic.clone()));
    view! {
        <DialogFrame title=tr!(room.details) light=true>
            <div class="dialog__body details">
                <h3 class="details__name" dir="auto" translate="no" use:set_text=dynamic_text(name)></h3>
                <p class="details__topic" dir="auto" use:set_text=dynamic_text(topic)></p>
                <div class="dialog__row">
                    {optional_view(move || may_edit.get().then(|| view! {
                        <button
                            class="button button--quiet"
                            type="button"
                            on:click=on(move |_| dialogs.open_next(Dialog::EditRoom(room)))
                            use:set_text=tr!(room.edit)
                        ></button>
                    }))}
                    <button
                        class="button"
                        type="button"
                        on:click=on(move |_| {
                            dialogs.close();
                            client.copy_link(room, None);
                        })
                        use:set_text=tr!(room.invite)
                    ></button>
                </div>
            </div>
        </DialogFrame>
    }
}
