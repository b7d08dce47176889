//! Skip links, the first tab stops: to the messages and to the composer.

use leptos::ev;
use leptos::prelude::*;

use super::focus::focus_on;
use crate::state::use_client;
use crate::tr;
use crate::view::{memo, on, optional_view, set_text};

/// Both links, first in the page. Without a room they have no target.
#[component]
pub fn SkipLinks() -> impl IntoView {
    let client = use_client();
    let current = client.current_room();
    let there = memo(move || {
        let room = current.get();
        room.is_some_and(|room| client.room(room).with(|state| state.here().is_some()))
    });
    optional_view(move || {
        there.get().then(|| {
            view! {
                <a class="skip" href="#messages" on:click=on(|event| skip_to(&event, "#messages")) use:set_text=tr!(app.skip_to_messages)></a>
                <a
                    class="skip"
                    href="#composer"
                    on:click=on(|event| skip_to(&event, "#composer textarea"))
                use:set_text=tr!(app.skip_to_composer)></a>
            }
        })
    })
}

/// Moves the focus without changing the address, which names a room.
fn skip_to(event: &ev::MouseEvent, selector: &str) {
    event.prevent_default();
    focus_on(selector);
}
