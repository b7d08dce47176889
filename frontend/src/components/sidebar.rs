//! The first pane: the rooms with what is unread in them, and oneself.

use leptos::prelude::*;
use shared::model::UserKind;

use super::avatar::Avatar;
use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::wordmark::Wordmark;
use crate::i18n::{format, t};
use crate::route::Route;
use crate::state::{RoomRow, use_client};
use crate::tr;

/// The pane.
#[component]
pub fn Sidebar() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let close = move |_| client.panes().sidebar.set(false);
    view! {
        <nav class="shell__sidebar" id="places" aria-label=tr!(places.label)>
            <div class="sidebar__head">
                <Wordmark />
                <button
                    class="icon-button only-narrow"
                    type="button"
                    aria-label=tr!(places.close)
                    on:click=close
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            <div class="sidebar__scroller">
                <h2 class="sidebar__title" id="rooms-title">
                    {tr!(places.rooms)}
                </h2>
                <RoomList />
            </div>
            <div class="sidebar__foot">
                <Me />
                <button
                    class="icon-button only-hover"
                    type="button"
                    aria-label=tr!(shortcuts.title)
                    title=tr!(shortcuts.title)
                    on:click=move |_| dialogs.open(Dialog::Shortcuts)
                >
                    <Icon glyph=Glyph::Keyboard />
                </button>
                <button
                    class="icon-button"
                    type="button"
                    aria-label=tr!(settings.title)
                    title=tr!(settings.title)
                    on:click=move |_| dialogs.open(Dialog::Settings)
                >
                    <Icon glyph=Glyph::Settings />
                </button>
            </div>
        </nav>
    }
}

#[component]
fn RoomList() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let known = client.directory_known();
    let rooms = client.rooms();
    view! {
        <Show
            when=move || known.get()
            fallback=|| {
                view! {
                    <div class="skeleton" aria-hidden="true">
                        <div class="skeleton__line"></div>
                        <div class="skeleton__line"></div>
                        <div class="skeleton__line"></div>
                    </div>
                }
            }
        >
            <ul aria-labelledby="rooms-title">
                <For each=move || rooms.get() key=|row| row.id let:row>
                    <li>
                        <Place row />
                    </li>
                </For>
                <li>
                    <button
                        class="place"
                        type="button"
                        on:click=move |_| dialogs.open(Dialog::CreateRoom)
                    >
                        <Icon glyph=Glyph::Plus />
                        <span class="place__name">{tr!(places.new_room)}</span>
                    </button>
                </li>
            </ul>
        </Show>
    }
}

/// One room of the list.
#[component]
fn Place(
    /// The row at first; later ones are read from the client.
    row: RoomRow,
) -> impl IntoView {
    let client = use_client();
    let id = row.id;
    let present = client.room_row(id);
    // A row that was removed stays as it was until the list itself goes on.
    let name = {
        let first = row.name;
        Memo::new(move |last: Option<&String>| {
            present
                .with(|row| row.as_ref().map(|row| row.name.clone()))
                .or_else(|| last.cloned())
                .unwrap_or_else(|| first.clone())
        })
    };
    let unread = Memo::new(move |_| present.with(|row| row.as_ref().map_or(0, |row| row.unread)));
    let current = client.current_room();
    let badge = move || {
        (unread.get() > 0).then(|| {
            view! {
                <span class="badge" aria-hidden="true">
                    {move || format::badge(unread.get())}
                </span>
                <span class="visually-hidden">{move || (t().places.unread)(unread.get())}</span>
            }
        })
    };
    view! {
        <a
            class="place"
            href=Route::Room(id).path()
            aria-current=move || (current.get() == Some(id)).then_some("page")
            data-unread=move || (unread.get() > 0).then_some("")
        >
            <Icon glyph=Glyph::Room />
            <span class="place__name" dir="auto">
                {name}
            </span>
            {badge}
        </a>
    }
}

/// Oneself, and the way to another name.
#[component]
fn Me() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me();
    move || {
        me.get().map(|profile| {
            let kind = (profile.kind == UserKind::Guest)
                .then(|| view! { <span class="me__kind">{tr!(people.guest)}</span> });
            view! {
                <button
                    class="me"
                    type="button"
                    title=tr!(name_form.title)
                    on:click=move |_| dialogs.open(Dialog::Rename)
                >
                    <span class="visually-hidden">{tr!(name_form.title)}": "</span>
                    <Avatar id=profile.id name=profile.name.clone() small=true />
                    <span class="me__words">
                        <span class="me__name" dir="auto">
                            {profile.name}
                        </span>
                        {kind}
                    </span>
                </button>
            }
        })
    }
}
