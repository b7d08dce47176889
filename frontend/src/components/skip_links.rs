//! Skip links, the first tab stops: to the messages and to the composer.

use leptos::ev;
use leptos::prelude::*;
use shared::id::RoomId;

use super::focus::focus_on;
use super::room_bar::{Writing, writing};
use crate::state::use_client;
use crate::tr;
use crate::view::{memo, on, optional_view, set_text};

/// Both links, first in the page. Without a room they have no target.
#[component]
pub fn SkipLinks() -> impl IntoView {
    let current = use_client().current_room();
    optional_view(move || current.get().map(links))
}

/// The links of a room. Where the person cannot write there is no composer.
fn links(room: RoomId) -> impl IntoView {
    let (state, writing) = (use_client().room(room), writing(room));
    let there = memo(move || state.with(|state| state.here().is_some()));
    let link = |href, target, label: fn() -> &'static str| {
        view! {
            <a
                class="skip"
                href=href
                on:click=on(move |event| skip_to(&event, target))
                use:set_text=label
            ></a>
        }
    };
    let (messages, composer) = (tr!(app.skip_to_messages), tr!(app.skip_to_composer));
    view! {
        {optional_view(move || there.get().then(|| link("#messages", "#messages", messages)))}
        {optional_view(move || {
            let writes = there.get() && writing.get() == Writing::Allowed;
            writes.then(|| link("#composer", "#composer textarea", composer))
        })}
    }
}

/// Moves the focus without changing the address, which names a room.
fn skip_to(event: &ev::MouseEvent, selector: &str) {
    event.prevent_default();
    focus_on(selector);
}
