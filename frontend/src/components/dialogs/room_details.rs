//! The details of a room.

use leptos::prelude::*;
use shared::id::RoomId;

use super::frame::DialogFrame;
use crate::components::room_summary::RoomSummary;
use crate::tr;

/// The details.
#[component]
pub(super) fn RoomDetails(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    view! {
        <DialogFrame title=tr!(room.details) light=true>
            <div class="dialog__body">
                <RoomSummary room words=String::new() edit=true />
            </div>
        </DialogFrame>
    }
}
