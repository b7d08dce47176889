//! The sidebar: the rooms with their unread counts, and one's own profile.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::RoomId;
use shared::model::{Profile, Role};
use web_sys::Element;

use super::avatar::{Avatar, number};
use super::dialogs::{Dialog, use_dialogs};
use super::focus::scroll_to_nearest;
use super::icons::{Glyph, Icon};
use super::menu::{Menu, MenuItem, on_list_key};
use super::person_status::status;
use super::skeleton::Skeleton;
use super::unread_hints::{Side, UnreadHints};
use super::wordmark::Wordmark;
use crate::browser::{document, next_frame};
use crate::i18n::{format, t};
use crate::navigation;
use crate::route::{Route, SettingsRoute};
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, dynamic_text, effect, list, memo, on, optional_view, reactive, set_text};

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
            <RoomSection />
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

/// The rooms, with the button that makes one. Buttons above and below lead to unread rooms that
/// are out of sight.
#[component]
fn RoomSection() -> impl IntoView {
    let dialogs = use_dialogs();
    let scroller = NodeRef::<html::Div>::new();
    let hints = UnreadHints::follow(scroller);
    // For a guest of one room there are no others.
    let only_room = use_client().only_room();
    let add = optional_view(move || {
        only_room.get().is_none().then(|| {
            view! {
                <button
                    class="icon-button sidebar__add"
                    type="button"
                    aria-label=tr!(sidebar.new_room)
                    title=tr!(sidebar.new_room)
                    on:click=on(move |_| dialogs.open(Dialog::CreateRoom))
                >
                    <Icon glyph=Glyph::Plus />
                </button>
            }
        })
    });
    view! {
        <div class="sidebar__rooms">
            <div
                class="sidebar__scroller"
                node_ref=scroller
                on:scroll=on(move |_| hints.update_soon())
            >
                <div class="sidebar__section">
                    <h2 class="sidebar__title" id="rooms-title" use:set_text=tr!(sidebar.rooms)></h2>
                    {add}
                </div>
                <RoomList />
            </div>
            {hints.button(Side::Above)}
            {hints.button(Side::Below)}
        </div>
    }
}

#[component]
fn RoomList() -> impl IntoView {
    let client = use_client();
    let known = client.directory_known();
    let (rooms, current) = (client.room_ids(), client.current_room());
    // One tab stop: the current room, or the first one.
    let stop = memo(move || {
        let current = current.get();
        let is_current = |id: &&RoomId| Some(**id) == current;
        rooms.with(|rooms| rooms.iter().find(is_current).or(rooms.first()).copied())
    });
    // A room that was opened by a key or a link comes into sight.
    effect(move || {
        stop.track();
        known.track();
        next_frame(|| {
            if let Ok(Some(place)) = document().query_selector(".place[aria-current]") {
                scroll_to_nearest(&place);
            }
        });
    });
    let key = move |event: ev::KeyboardEvent| {
        let list: Element = event_target(&event);
        if let Ok(Some(list)) = list.closest("ul") {
            on_list_key(&list, ".place", &event);
        }
    };
    let entry = move |id: RoomId| {
        let link = move || view! { <li><RoomLink id stop /></li> };
        Entry::new((id.0, 0), link)
    };
    let entries = move || rooms.with(|rooms| rooms.iter().map(|id| entry(*id)).collect());
    let skeleton = optional_view(move || (!known.get()).then(|| view! { <Skeleton /> }));
    view! {
            {skeleton}
            <ul
                aria-labelledby="rooms-title"
                data-unknown=reactive(move || (!known.get()).then_some(""))
                on:keydown=on(key)
            >
                {list(entries)}
            </ul>
    }
}

/// One room of the list.
#[component]
fn RoomLink(
    /// The room.
    id: RoomId,
    /// The room that is the list's tab stop.
    stop: Memo<Option<RoomId>>,
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
            data-unread=reactive(move || (unread.get() > 0).then(|| unread.get().to_string()))
            tabindex=reactive(move || if stop.get() == Some(id) { "0" } else { "-1" })
        >
            <Icon glyph=Glyph::Room />
            <span class="place__name" dir="auto" translate="no" use:set_text=name></span>
            {badge}
        </a>
    }
}

/// One's own profile, which opens what belongs to oneself.
#[component]
fn OwnProfile() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me();
    let shown = optional_view(move || me.get().map(own_face));
    // One button for all changes of the profile: its menu stays open.
    let face = view! {
        {shown}
        <span class="visually-hidden" use:set_text=tr!(sidebar.own)></span>
    };
    view! {
        <Menu id="own-menu" label=tr!(sidebar.own) face=("me", face.into_any())>
            <MenuItem
                glyph=Glyph::Edit
                label=tr!(sidebar.profile)
                on_choose=|| navigation::go(&Route::Settings(SettingsRoute::Profile).path())
            />
            <MenuItem
                glyph=Glyph::PageSettings
                label=tr!(sidebar.browser_settings)
                on_choose=move || dialogs.open(Dialog::PageSettings)
            />
            <MenuItem
                glyph=Glyph::Back
                label=tr!(settings.sign_out)
                on_choose=move || dialogs.open(Dialog::SignOut)
            />
        </Menu>
    }
}

fn own_face(profile: Profile) -> AnyView {
    let id = profile.id;
    let kind = (profile.role == Role::Guest).then(|| {
        view! {
            <span class="me__kind">
                <span use:set_text=tr!(people.guest)></span>
                " "
                {number(Some(id))}
            </span>
        }
        .into_any()
    });
    view! {
        <Avatar id=id name=profile.name.clone() />
        <span class="me__words">
            <span class="me__name" dir="auto" translate="no" use:set_text=profile.name></span>
            {kind}
            {status(profile.status)}
        </span>
    }
    .into_any()
}
