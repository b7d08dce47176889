//! The panes of the page.

use leptos::prelude::*;

use super::home::{Home, Nowhere};
use super::room::RoomPage;
use crate::components::dialogs::DialogHost;
use crate::components::first_frame;
use crate::components::people::PeoplePane;
use crate::components::rooms::DirectoryPage;
use crate::components::settings::SettingsPage;
use crate::components::sidebar::Sidebar;
use crate::components::skip_links::SkipLinks;
use crate::route::Route;
use crate::state::use_client;
use crate::tr;
use crate::view::{memo, on, reactive};

/// Everything that a signed-in person sees. The sidebar and the connection stay when the room
/// changes.
#[component]
pub fn Shell() -> impl IntoView {
    let client = use_client();
    first_frame::remove_soon(client);
    let panes = client.panes();
    let route = client.route();
    // A link to another message of the same room is not another room.
    let place = memo(move || match route.get() {
        Route::Message(room, _) => Route::Room(room),
        other => other,
    });
    let state = |open: bool| if open { "open" } else { "closed" };
    let close = move |_| {
        panes.sidebar.set(false);
        panes.people.set(false);
    };
    view! {
        <div
            class="shell"
            data-sidebar=reactive(move || state(panes.sidebar.get()))
            data-people=reactive(move || state(panes.people.get()))
        >
            <SkipLinks />
            <Sidebar />
            {reactive(move || match place.get() {
                Route::Room(room) | Route::Message(room, _) => {
                    view! {
                        <RoomPage room />
                        <PeoplePane room />
                    }
                        .into_any()
                }
                Route::Settings(section) => view! { <SettingsPage section /> }.into_any(),
                Route::Directory => view! { <DirectoryPage /> }.into_any(),
                Route::Home => view! { <Home /> }.into_any(),
                Route::Unknown | Route::Account(_) => view! { <Nowhere /> }.into_any(),
            })}
            <button
                class="shell__scrim"
                type="button"
                tabindex="-1"
                aria-label=tr!(app.close)
                on:click=on(close)
            ></button>
        </div>
        <DialogHost />
    }
}
