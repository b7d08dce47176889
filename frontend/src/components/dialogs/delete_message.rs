//! Asks before a message is deleted, because a deletion is final.

use leptos::prelude::*;
use shared::id::{RoomId, Seq};

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::focus::focus_row;
use crate::state::use_client;
use crate::tr;
use crate::view::{on, set_text};

/// The question.
#[component]
pub(super) fn DeleteMessage(
    /// The room.
    room: RoomId,
    /// The message.
    seq: Seq,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    // The button that opened the dialog may not exist any more.
    on_cleanup(move || focus_row(seq));
    let delete = move |_| {
        client.delete(room, seq);
        dialogs.close();
    };
    view! {
        <DialogFrame title=tr!(message.delete_sure) light=true>
            <div class="dialog__body">
                <p id="delete-message-text" use:set_text=tr!(message.delete_text)></p>
            </div>
            <div class="dialog__foot">
                <CancelButton />
                <button
                    class="button button--alarm"
                    type="button"
                    aria-describedby="delete-message-text"
                    on:click=on(delete)
                use:set_text=tr!(message.delete)></button>
            </div>
        </DialogFrame>
    }
}
