//! Addresses without a room.

use leptos::prelude::*;
use shared::id::RoomId;

use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::navigation;
use crate::route::Route;
use crate::state::{first_room, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, set_text};

/// `/`: redirects to the only room of a guest, else to the last open room or the lobby.
#[component]
pub(super) fn Home() -> impl IntoView {
    let room = first_room();
    effect(move || {
        navigation::replace(&Route::Room(room).path());
    });
    view! { <main class="shell__main conversation"></main> }
}

/// An unknown address.
#[component]
pub(super) fn Nowhere() -> impl IntoView {
    view! {
        <main class="shell__main conversation">
            <div class="state">
                <Icon glyph=Glyph::Alert />
                <h1 class="state__title" use:set_text=tr!(app.not_found_title)></h1>
                <p use:set_text=tr!(app.not_found_text)></p>
                <ToLobby />
            </div>
        </main>
    }
}

/// A link to the lobby, which always exists, or to the only room of a guest.
#[component]
pub(super) fn ToLobby() -> impl IntoView {
    let client = use_client();
    let room = client.only_room().get_untracked();
    let room = room.unwrap_or(RoomId::LOBBY);
    let state = client.room(room);
    let label = move || {
        state
            .with(|state| (t().app.to_lobby)(state.here().map_or(t().app.lobby, |room| &room.name)))
    };
    view! {
        <a class="button" href=Route::Room(room).path() use:set_text=dynamic_text(label)></a>
    }
}
