//! Asks before a message is deleted, as nothing brings it back.

use leptos::prelude::*;
use shared::id::{RoomId, Seq};

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::state::use_client;
use crate::tr;
use crate::view::on;

/// The question.
#[component]
pub(super) fn DeleteMessage(
    /// The room.
    room: RoomId,
    /// The message.
    seq: Seq,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let delete = move |_| {
        client.delete(room, seq);
        dialogs.close();
    };
    view! {
        <DialogFrame title=tr!(message.delete_sure) light=true>
            <div class="dialog__body">
                <p class="dialog__note" id="delete-message-text">
                    {tr!(message.delete_text)}
                </p>
                <div class="dialog__row">
                    <CancelButton />
                    <button
                        class="button button--alarm"
                        type="button"
                        aria-describedby="delete-message-text"
                        on:click=on(delete)
                    >
                        {tr!(message.delete)}
                    </button>
                </div>
            </div>
        </DialogFrame>
    }
}
