//! The sidebar: the rooms with their unread counts, and one's own profile.

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::UserKind;

use super::avatar::{Avatar, number};
use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::skeleton::Skeleton;
use super::wordmark::Wordmark;
use crate::i18n::{format, t};
use crate::route::Route;
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, reactive, set_text};

/// The pane.
#[component]
pub fn Sidebar() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let close = on(move |_| client.panes().sidebar.set(false));
    view! {
        <nav class="shell__sidebar" id="places" aria-label=tr!(sidebar.label)>
            <div class="sidebar__head">
                <Wordmark />
                <button
                    class="icon-button only-hover"
                    type="button"
                    aria-label=tr!(shortcuts.title)
                    title=tr!(shortcuts.title)
                    on:click=on(move |_| dialogs.open(Dialog::Shortcuts))
                >
                    <Icon glyph=Glyph::Keyboard />
                </button>
                <button
                    class="icon-button only-narrow"
                    type="button"
                    aria-label=tr!(sidebar.close)
                    on:click=close
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            <div class="sidebar__scroller">
                <h2 class="sidebar__title" id="rooms-title" use:set_text=tr!(sidebar.rooms)></h2>
                <RoomList />
            </div>
            <div class="sidebar__foot">
                <OwnProfile />
                <button
                    class="icon-button"
                    type="button"
                    aria-label=tr!(settings.title)
                    title=tr!(settings.title)
                    on:click=on(move |_| dialogs.open(Dialog::PageSettings))
                >
                    <Icon glyph=Glyph::PageSettings />
                </button>
            </div>
        </nav>
    }
}

#[component]
fn RoomList() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let known = client.directory_known();
    let rooms = client.room_ids();
    let entry = |id: RoomId| {
        let link = move || view! { <li><RoomLink id /></li> };
        Entry::new((id.0, 0), link)
    };
    let entries = move || rooms.with(|rooms| rooms.iter().map(|id| entry(*id)).collect());
    let skeleton = optional_view(move || (!known.get()).then(|| view! { <Skeleton /> }));
    view! {
            {skeleton}
            <ul aria-labelledby="rooms-title" data-unknown=reactive(move || (!known.get()).then_some(""))>
                {list(entries)}
                <li>
                    <button
                        class="place"
                        type="button"
                        on:click=on(move |_| dialogs.open(Dialog::CreateRoom))
                    >
                        <Icon glyph=Glyph::Plus />
                        <span class="place__name" use:set_text=tr!(sidebar.new_room)></span>
                    </button>
                </li>
            </ul>
    }
}

/// One room of the list.
#[component]
fn RoomLink(
    /// The room.
    id: RoomId,
) -> impl IntoView {
    let client = use_client();
    let (state, unread) = (client.room(id), client.unread_in(id));
    let name = dynamic_text(move || {
        state.with(|state| {
            state
                .here()
                .map(|room| room.name.clone())
                .unwrap_or_default()
        })
    });
    let current = client.current_room();
    let badge = optional_view(move || {
        (unread.get() > 0).then(|| {
            view! {
                <span
                    class="badge"
                    aria-hidden="true"
                    use:set_text=dynamic_text(move || format::badge(unread.get()))
                ></span>
                <span
                    class="visually-hidden"
                    use:set_text=dynamic_text(move || (t().sidebar.unread)(unread.get()))
                ></span>
            }
        })
    });
    view! {
        <a
            class="place"
            href=Route::Room(id).path()
            aria-current=reactive(move || (current.get() == Some(id)).then_some("page"))
            data-unread=reactive(move || (unread.get() > 0).then_some(""))
        >
            <Icon glyph=Glyph::Room />
            <span class="place__name" dir="auto" translate="no" use:set_text=name></span>
            {badge}
        </a>
    }
}

/// One's own profile, with the button to change the name.
#[component]
fn OwnProfile() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me();
    optional_view(move || {
        me.get().map(|profile| {
            let kind = (profile.kind == UserKind::Guest).then(|| {
                view! {
                    <span class="me__kind">
                        <span use:set_text=tr!(people.guest)></span>
                        " "
                        {number(Some(profile.id))}
                    </span>
                }
                .into_any()
            });
            view! {
                <button
                    class="me"
                    type="button"
                    title=tr!(name_form.title)
                    on:click=on(move |_| dialogs.open(Dialog::Rename))
                >
                    <span
                        class="visually-hidden"
                        use:set_text=dynamic_text(|| format!("{}: ", t().name_form.title))
                    ></span>
                    <Avatar id=profile.id name=profile.name.clone() />
                    <span class="me__words">
                        <span class="me__name" dir="auto" translate="no" use:set_text=profile.name></span>
                        {kind}
                    </span>
                </button>
            }
        })
    })
}
