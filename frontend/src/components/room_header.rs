//! The header of a room: name, topic, number of people, menu.

use leptos::prelude::*;
use shared::id::{RoomId, UserId};
use shared::permission::Action;

use super::avatar::show_person;
use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::menu::{Menu, MenuItem};
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// As many of the people of a direct conversation are shown by their avatars.
const MOST_FACES: usize = 3;

/// The header.
#[component]
pub fn RoomHeader(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    // A new room may not be in the list of rooms yet.
    let state = client.room(room);
    // The form needs the current name and topic.
    // Who reads without a session has nothing to change, and sees nobody.
    let here = memo(move || !client.is_reading() && state.with(|state| state.here().is_some()));
    // A missing room has no name, and an empty heading would be useless.
    let name = optional_view(move || {
        let name = state.with(|state| state.here().map(|room| room.name.clone()));
        name.map(|name| view! { <h1 class="conversation__name" dir="auto" translate="no" use:set_text=name></h1> })
    });
    let topic = move || {
        state.with(|state| {
            state
                .here()
                .map(|room| room.topic.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <header class="conversation__header">
            <SidebarButton room=Some(room) />
            <div class="conversation__title">
                {optional_view(move || here.get().then(|| view! {
                    <button
                        class="conversation__details"
                        type="button"
                        aria-label=tr!(room.details)
                        aria-haspopup="dialog"
                        title=reactive(topic)
                        on:click=on(move |_| dialogs.open(Dialog::RoomDetails(room)))
                    ></button>
                }))}
                {faces(room)}
                {name}
                <p class="conversation__topic" dir="auto" use:set_text=dynamic_text(topic)></p>
            </div>
            {optional_view(move || here.get().then(|| view! { <Tools room /> }))}
        </header>
    }
}

/// The avatars of the others in a direct conversation.
fn faces(room: RoomId) -> AnyView {
    let client = use_client();
    let people = memo(move || client.others_in(room));
    let face = move |id: &UserId| {
        let id = *id;
        Entry::new((id.0, 0), move || {
            let name = memo(move || client.name_of(id));
            view! { <span class="avatar avatar--small" use:show_person=(Some(id), name)></span> }
        })
    };
    let faces = move || people.with(|people| people.iter().take(MOST_FACES).map(face).collect());
    let is_direct = memo(move || people.with(|people| !people.is_empty()));
    optional_view(move || {
        (is_direct.get()).then(
            || view! { <span class="conversation__faces" aria-hidden="true">{list(faces)}</span> },
        )
    })
    .into_any()
}

/// The buttons of an existing room.
#[component]
fn Tools(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    // Forbidden actions are not shown.
    let may_edit = client.may(Action::Change, room);
    let edit = optional_view(move || {
        may_edit.get().then(|| {
            view! {
                <MenuItem
                    glyph=Glyph::Edit
                    label=tr!(room.edit)
                    on_choose=move || dialogs.open(Dialog::EditRoom(room))
                />
            }
        })
    });
    let place = client.place(room);
    let is_unread = memo(move || place.with(|row| row.unread > 0));
    let mark_read = optional_view(move || {
        is_unread.get().then(|| {
            view! {
                <MenuItem
                    glyph=Glyph::Check
                    label=tr!(room.mark_read)
                    on_choose=move || client.mark_all_read(room)
                />
            }
        })
    });
    view! {
        <PeopleButton room />
        <Menu id="room-menu" label=tr!(room.menu)>
            {mark_read}
            <MenuItem
                glyph=Glyph::Info
                label=tr!(room.details)
                on_choose=move || dialogs.open(Dialog::RoomDetails(room))
            />
            {edit}
        </Menu>
    }
}

/// On phones, opens the sidebar; shows whether other rooms are unread.
#[component]
pub fn SidebarButton(
    /// The open room, whose unread messages do not count.
    room: Option<RoomId>,
) -> impl IntoView {
    let client = use_client();
    let (all, here) = (client.unread(), room.map(|room| client.place(room)));
    let elsewhere = memo(move || {
        let here = here.map_or(0, |here| here.with(|row| row.unread));
        all.get().saturating_sub(here)
    });
    let label = move || match elsewhere.get() {
        0 => t().sidebar.open.to_owned(),
        unread => (t().sidebar.open_unread)(unread),
    };
    let open = client.panes().sidebar;
    view! {
        <button
            class="icon-button only-narrow conversation__back"
            type="button"
            aria-label=reactive(label)
            aria-controls="places"
            aria-expanded=reactive(move || open.get().to_string())
            data-unread=reactive(move || (elsewhere.get() > 0).then_some(""))
            on:click=on(move |_| open.set(true))
        >
            <Icon glyph=Glyph::Menu />
        </button>
    }
}

/// The number of people; opens and closes the people pane.
#[component]
fn PeopleButton(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let client = use_client();
    let presence = client.presence(room);
    // Shown as nothing while unknown.
    let count =
        memo(move || presence.with(|known| known.as_ref().map_or(0, |known| known.count as u64)));
    let open = client.panes().people;
    let label = move || {
        let strings = t();
        let verb = if open.get() {
            strings.room.hide_people
        } else {
            strings.room.show_people
        };
        match count.get() {
            0 => verb.to_owned(),
            count => format!("{verb}, {}", (strings.people.count)(count)),
        }
    };
    let number = move || match count.get() {
        0 => String::new(),
        count => format::number(t().tag, count),
    };
    view! {
        <button
            class="icon-button conversation__people"
            type="button"
            aria-controls="people"
            aria-expanded=reactive(move || open.get().to_string())
            on:click=on(move |_| open.update(|open| *open = !*open))
        >
            <span class="visually-hidden" use:set_text=dynamic_text(label)></span>
            <Icon glyph=Glyph::People />
            <span aria-hidden="true" use:set_text=dynamic_text(number)></span>
        </button>
    }
}
