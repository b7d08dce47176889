//! Addresses without a room.

use leptos::prelude::*;
use shared::id::RoomId;

use crate::browser::BrowserStorage;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::navigation;
use crate::route::Route;
use crate::state::{LAST_ROOM, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, set_text};

/// `/`: redirects to the last open room, else to the lobby.
#[component]
pub(super) fn Home() -> impl IntoView {
    let last = BrowserStorage::Local.get::<i64>(LAST_ROOM).map(RoomId);
    effect(move || {
        navigation::replace(&Route::Room(last.unwrap_or(RoomId::LOBBY)).path());
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

/// A link to the lobby, which always exists.
#[component]
pub(super) fn ToLobby() -> impl IntoView {
    let state = use_client().room(RoomId::LOBBY);
    let label = move || {
        state
            .with(|state| (t().app.to_lobby)(state.here().map_or(t().app.lobby, |room| &room.name)))
    };
    view! {
        <a class="button" href=Route::Room(RoomId::LOBBY).path() use:set_text=dynamic_text(label)></a>
    }
}
