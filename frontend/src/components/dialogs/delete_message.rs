//! Asks before a message is deleted, because a deletion is final. Of somebody else's it says whose it is.

use leptos::prelude::*;
use shared::id::{RoomId, Seq};

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::focus::focus_row;
use crate::i18n::arranging::words;
use crate::i18n::t;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, set_text};

/// The question.
#[component]
pub(super) fn DeleteMessage(
    /// The room.
    room: RoomId,
    /// The message.
    seq: Seq,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let author = dialogs.subject();
    let title = dynamic_text(move || {
        if author.is_empty() {
            t().message.delete_sure.to_owned()
        } else {
            (words().delete_sure)(&author)
        }
    });
    // The button that opened the dialog may not exist any more.
    on_cleanup(move || focus_row(seq));
    let delete = move |_| {
        client.delete(room, seq);
        dialogs.close();
    };
    view! {
        <DialogFrame title light=true>
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
