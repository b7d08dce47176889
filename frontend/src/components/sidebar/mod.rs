//! The sidebar: the person's rooms in sections, with what is unread there, and one's own profile.
//!
//! ```text
//! nav.shell__sidebar
//!   div.sidebar__head > .wordmark, menu, button
//!   button.place.sidebar__search > kbd.key
//!   div.sidebar__rooms
//!     div.sidebar__scroller                       one tab stop, arrows inside
//!       section.sidebar__section[data-collapsed]
//!         div.sidebar__bar > h2 > button.sidebar__toggle; buttons
//!         ul > li.sidebar__row > a.place[data-unread][data-quiet][aria-current]
//!                                .place__name, .badge; of one row button.place__more
//!     button.sidebar__hint
//!   div.sidebar__foot
//! ```
//!
//! Each row follows the signal of its own room: a message changes one row, and another room on the
//! screen changes two.

mod own_profile;
mod place;
mod rooms;
mod section;
mod tab_stop;
mod unread_hints;

use leptos::prelude::*;

use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::menu::{Menu, MenuItem};
use super::wordmark::Wordmark;
use crate::browser;
use crate::state::use_client;
use crate::tr;
use crate::view::{on, optional_view, set_text};
use own_profile::OwnProfile;
use rooms::Rooms;
pub(super) use unread_hints::unread_hints;

/// The pane.
#[component]
pub fn Sidebar() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let close = on(move |_| client.panes().sidebar.set(false));
    // For a guest of one room there is nothing to go to.
    let only_room = client.only_room();
    let search = optional_view(move || only_room.get().is_none().then(search));
    view! {
        <nav class="shell__sidebar" id="places" aria-label=tr!(sidebar.label)>
            <div class="sidebar__head">
                <Wordmark />
                <Menu id="places-menu" label=tr!(sidebar.menu)>
                    <MenuItem
                        glyph=Glyph::Check
                        label=tr!(sidebar.mark_all_read)
                        on_choose=move || client.mark_all_rooms_read()
                    />
                    <MenuItem
                        glyph=Glyph::Keyboard
                        label=tr!(shortcuts.title)
                        on_choose=move || dialogs.open(Dialog::Shortcuts)
                    />
                </Menu>
                <button
                    class="icon-button only-narrow"
                    type="button"
                    aria-label=tr!(sidebar.close)
                    on:click=close
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            {search}
            <Rooms />
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

/// Goes to rooms and people by their names.
fn search() -> AnyView {
    let dialogs = use_dialogs();
    let key = format!("{}K", if browser::is_apple() { "⌘" } else { "Ctrl " });
    view! {
        <button
            class="place sidebar__search"
            type="button"
            aria-haspopup="dialog"
            on:click=on(move |_: leptos::ev::MouseEvent| dialogs.open(Dialog::Switcher))
        >
            <Icon glyph=Glyph::Search />
            <span class="place__name" use:set_text=tr!(sidebar.search)></span>
            <kbd class="key only-hover" aria-hidden="true">{key}</kbd>
        </button>
    }
    .into_any()
}
