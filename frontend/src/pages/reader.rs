//! The page of who reads a public room without a session: the room, and no more of the place.

use leptos::prelude::*;
use shared::id::RoomId;

use super::room::RoomPage;
use crate::components::dialogs::DialogHost;
use crate::components::first_frame;
use crate::components::icons::{Glyph, Icon};
use crate::components::skip_links::SkipLinks;
use crate::components::wordmark::Wordmark;
use crate::route::Route;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, reactive, set_text};

/// The room, and a sidebar with nothing but it.
#[component]
pub fn ReaderShell(
    /// Which room.
    room: RoomId,
) -> impl IntoView {
    let client = use_client();
    first_frame::remove_soon(client);
    let (panes, route) = (client.panes(), client.route());
    // Another address may be another room, or one for which one has to sign in.
    effect(move || match route.get() {
        Route::Account(_) => {}
        other if other.room() == Some(room) => {}
        _ => untrack(|| client.stop_reading()),
    });
    let state = move || {
        if panes.sidebar.get() {
            "open"
        } else {
            "closed"
        }
    };
    view! {
        <div class="shell" data-sidebar=reactive(state) data-people="closed">
            <SkipLinks />
            <ReaderSidebar room />
            <RoomPage room />
            <button
                class="shell__scrim"
                type="button"
                tabindex="-1"
                aria-label=tr!(app.close)
                on:click=on(move |_| panes.sidebar.set(false))
            ></button>
        </div>
        <DialogHost />
    }
}

/// The name of the place, and the room.
#[component]
fn ReaderSidebar(room: RoomId) -> impl IntoView {
    let client = use_client();
    let state = client.room(room);
    let name = memo(move || state.with(|state| state.here().map(|room| room.name.clone())));
    let is_here = memo(move || name.read().is_some());
    let words = dynamic_text(move || name.get().unwrap_or_default());
    // A room that was removed is in no list.
    let row = move || {
        is_here.get().then(|| {
            view! {
                <ul class="sidebar__scroller">
                    <li class="sidebar__row">
                        <a class="place" href=Route::Room(room).path() aria-current="page" tabindex="0">
                            <Icon glyph=Glyph::Room />
                            <span
                                class="place__name"
                                dir="auto"
                                translate="no"
                                use:set_text=words.clone()
                            ></span>
                        </a>
                    </li>
                </ul>
            }
        })
    };
    view! {
        <nav class="shell__sidebar" id="places" aria-label=tr!(sidebar.label)>
            <div class="sidebar__head">
                <Wordmark />
                <button
                    class="icon-button only-narrow"
                    type="button"
                    aria-label=tr!(sidebar.close)
                    on:click=on(move |_| client.panes().sidebar.set(false))
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            {optional_view(row)}
        </nav>
    }
}
