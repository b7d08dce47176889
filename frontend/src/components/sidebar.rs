//! The first pane: the rooms with what is unread in them, and oneself.

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::UserKind;

use super::avatar::{Avatar, number};
use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::notices::Skeleton;
use super::wordmark::Wordmark;
use crate::i18n::{format, t};
use crate::route::Route;
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, list, live, memo, on, part, says, words};

/// The pane.
#[component]
pub fn Sidebar() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let close = on(move |_| client.panes().sidebar.set(false));
    view! {
        <nav class="shell__sidebar" id="places" aria-label=tr!(places.label)>
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
                    aria-label=tr!(places.close)
                    on:click=close
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            <div class="sidebar__scroller">
                <h2 class="sidebar__title" id="rooms-title" use:says=tr!(places.rooms)></h2>
                <RoomList />
            </div>
            <div class="sidebar__foot">
                <Me />
                <button
                    class="icon-button"
                    type="button"
                    aria-label=tr!(settings.title)
                    title=tr!(settings.title)
                    on:click=on(move |_| dialogs.open(Dialog::Settings))
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
    let entry = |id: RoomId| {
        let place = move || view! { <li><Place id /></li> };
        Entry::new((id.0, 0), place)
    };
    let entries = move || rooms.with(|rooms| rooms.iter().map(|row| entry(row.id)).collect());
    let skeleton = part(move || (!known.get()).then(|| view! { <Skeleton /> }));
    view! {
            {skeleton}
            <ul aria-labelledby="rooms-title" data-unknown=live(move || (!known.get()).then_some(""))>
                {list(entries)}
                <li>
                    <button
                        class="place"
                        type="button"
                        on:click=on(move |_| dialogs.open(Dialog::CreateRoom))
                    >
                        <Icon glyph=Glyph::Plus />
                        <span class="place__name" use:says=tr!(places.new_room)></span>
                    </button>
                </li>
            </ul>
    }
}

/// One room of the list.
#[component]
fn Place(
    /// The room.
    id: RoomId,
) -> impl IntoView {
    let client = use_client();
    let present = client.room_row(id);
    let name = words(move || {
        present.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default())
    });
    let unread = memo(move || present.with(|row| row.as_ref().map_or(0, |row| row.unread)));
    let current = client.current_room();
    let badge = part(move || {
        (unread.get() > 0).then(|| {
            view! {
                <span
                    class="badge"
                    aria-hidden="true"
                    use:says=words(move || format::badge(unread.get()))
                ></span>
                <span
                    class="visually-hidden"
                    use:says=words(move || (t().places.unread)(unread.get()))
                ></span>
            }
        })
    });
    view! {
        <a
            class="place"
            href=Route::Room(id).path()
            aria-current=live(move || (current.get() == Some(id)).then_some("page"))
            data-unread=live(move || (unread.get() > 0).then_some(""))
        >
            <Icon glyph=Glyph::Room />
            <span class="place__name" dir="auto" translate="no" use:says=name></span>
            {badge}
        </a>
    }
}

/// Oneself, and the way to another name.
#[component]
fn Me() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me();
    part(move || {
        me.get().map(|profile| {
            let kind = (profile.kind == UserKind::Guest).then(|| {
                view! {
                    <span class="me__kind">
                        <span use:says=tr!(people.guest)></span>
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
                        use:says=words(|| format!("{}: ", t().name_form.title))
                    ></span>
                    <Avatar id=profile.id name=profile.name.clone() />
                    <span class="me__words">
                        <span class="me__name" dir="auto" translate="no" use:says=profile.name></span>
                        {kind}
                    </span>
                </button>
            }
        })
    })
}
