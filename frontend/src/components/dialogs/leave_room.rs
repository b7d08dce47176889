//! Asks before somebody leaves a private room: there is no way back without the others.

use leptos::prelude::*;
use shared::id::RoomId;

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState};
use crate::i18n::arranging::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The question.
pub(super) fn leave_room(room: RoomId) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let name = client.place(room).with_untracked(|row| row.name.clone());
    let form = FormState::for_command();
    let leave = move |_: leptos::ev::MouseEvent| {
        form.submit(async move {
            client.leave_private_room(room).await?;
            if form.is_here() {
                dialogs.close();
            }
            Ok(())
        });
    };
    view! {
        <DialogFrame title=dynamic_text(move || (words().leave_sure)(&name)) light=true>
            <div class="dialog__body">
                <p id="leave-room-text" use:set_text=dynamic_text(|| words().leave_text)></p>
                <FormError form fields=&[] />
            </div>
            <div class="dialog__foot">
                <CancelButton />
                <button
                    class="button button--alarm"
                    type="button"
                    aria-describedby="leave-room-text"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(leave)
                    use:set_text=dynamic_text(|| words().leave)
                ></button>
            </div>
        </DialogFrame>
    }
    .into_any()
}
