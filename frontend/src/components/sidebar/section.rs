//! A section of the list: its title, which collapses it, and its rows.

use leptos::prelude::*;
use shared::id::RoomId;

use super::place::place;
use super::tab_stop::{TabStop, tab_index};
use crate::components::dialogs::{Dialog, use_dialogs};
use crate::components::icons::{Glyph, Icon};
use crate::components::menu::{Menu, MenuItem};
use crate::i18n::t;
use crate::navigation;
use crate::route::Route;
use crate::state::{SectionKey, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// By this a section keeps its elements.
pub(super) fn entry_key(section: &SectionKey) -> (i64, i64) {
    match section {
        SectionKey::Favourites => (0, 0),
        SectionKey::Rooms => (0, 1),
        SectionKey::Direct => (0, 2),
        SectionKey::Own(name) => (1, hash(name)),
    }
}

/// The id of a section's title.
pub(super) fn title_id(section: &SectionKey) -> String {
    let (kind, number) = entry_key(section);
    format!("section-{kind}-{}", number.cast_unsigned())
}

/// FNV-1a.
fn hash(text: &str) -> i64 {
    let bytes = text.bytes();
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325, mix).cast_signed()
}

/// The section.
pub(super) fn section(key: SectionKey, stop: TabStop) -> AnyView {
    let client = use_client();
    let sections = client.sections();
    let id = title_id(&key);
    // `follow_current` changes it later.
    let tabindex = tab_index(&id, stop);
    let name = match &key {
        SectionKey::Own(name) => Some(name.clone()),
        _ => None,
    };
    let title = {
        let key = key.clone();
        dynamic_text(move || match &key {
            SectionKey::Favourites => t().sidebar.favourites.to_owned(),
            SectionKey::Rooms => t().sidebar.rooms.to_owned(),
            SectionKey::Direct => t().sidebar.direct.to_owned(),
            SectionKey::Own(name) => name.clone(),
        })
    };
    let rooms = {
        let key = key.clone();
        memo(move || {
            sections.with(|all| {
                let found = all.iter().find(|section| section.key == key);
                found.map_or_else(Vec::new, |section| section.rooms.clone())
            })
        })
    };
    let entry = move |id: &RoomId| {
        let id = *id;
        Entry::new((id.0, 0), move || place(id, stop))
    };
    let entries = move || rooms.with(|rooms| rooms.iter().map(entry).collect());
    let is_collapsed = {
        let key = key.clone();
        memo(move || client.is_collapsed(&key))
    };
    let (only_room, of) = (client.only_room(), key.clone());
    let buttons = optional_view(move || only_room.get().is_none().then(|| buttons(&of)));
    let toggle = on(move |_: leptos::ev::MouseEvent| {
        client.collapse(&key, !is_collapsed.get_untracked());
    });
    view! {
        <section
            class="sidebar__section"
            data-collapsed=reactive(move || is_collapsed.get().then_some(""))
        >
            <div class="sidebar__bar">
                <h2 class="sidebar__title">
                    <button
                        class="sidebar__toggle"
                        id=id.clone()
                        type="button"
                        tabindex=tabindex
                        aria-expanded=reactive(move || (!is_collapsed.get()).to_string())
                        data-section=name
                        on:click=toggle
                    >
                        <span class="sidebar__name" dir="auto" use:set_text=title></span>
                        <Icon glyph=Glyph::Chevron />
                    </button>
                </h2>
                {buttons}
            </div>
            <ul aria-labelledby=id>{list(entries)}</ul>
        </section>
    }
    .into_any()
}

/// What makes something new in a section, or changes the section.
fn buttons(key: &SectionKey) -> AnyView {
    let dialogs = use_dialogs();
    let face = |label: fn() -> &'static str| {
        let face = view! {
            <Icon glyph=Glyph::Plus />
            <span class="visually-hidden" use:set_text=label></span>
        };
        ("icon-button sidebar__add", face.into_any())
    };
    match key {
        SectionKey::Rooms => view! {
            <Menu id="add-room" label=tr!(sidebar.add_room) face=face(tr!(sidebar.add_room))>
                <MenuItem
                    glyph=Glyph::Plus
                    label=tr!(sidebar.new_room)
                    on_choose=move || dialogs.open(Dialog::CreateRoom)
                />
                <MenuItem
                    glyph=Glyph::Search
                    label=tr!(app.directory)
                    on_choose=|| navigation::go(&Route::Directory.path())
                />
            </Menu>
        }
        .into_any(),
        SectionKey::Own(name) => {
            let name = name.clone();
            let open = move |_: leptos::ev::MouseEvent| {
                dialogs.open_about(Dialog::SectionMenu, name.clone());
            };
            view! {
                <button
                    class="icon-button sidebar__add"
                    type="button"
                    // The keyboard has it at the title.
                    tabindex="-1"
                    aria-haspopup="menu"
                    aria-label=tr!(sidebar.section_menu)
                    on:click=on(open)
                >
                    <Icon glyph=Glyph::More />
                </button>
            }
            .into_any()
        }
        SectionKey::Direct => view! {
            <button
                class="icon-button sidebar__add"
                type="button"
                aria-label=tr!(sidebar.new_message)
                title=tr!(sidebar.new_message)
                on:click=on(move |_: leptos::ev::MouseEvent| dialogs.open(Dialog::NewMessage(None)))
            >
                <Icon glyph=Glyph::Plus />
            </button>
        }
        .into_any(),
        SectionKey::Favourites => ().into_any(),
    }
}
