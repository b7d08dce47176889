//! The people pane: who is in the room, and who is typing.

use leptos::ev;
use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::{Profile, Role};
use web_sys::Element;

use super::avatar::{Avatar, number};
use super::dialogs::{Dialog, use_dialogs};
use super::icons::{Glyph, Icon};
use super::menu::on_list_key;
use super::person_status::status;
use super::skeleton::Skeleton;
use crate::i18n::{format, t};
use crate::state::{ConnectionStatus, shown_name, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// The pane; none for a room that does not exist.
#[component]
pub fn PeoplePane(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let there = use_client().is_there(room);
    optional_view(move || there.get().then(|| view! { <Pane room /> }))
}

#[component]
fn Pane(room: RoomId) -> impl IntoView {
    let client = use_client();
    let presence = client.presence(room);
    let known = memo(move || presence.with(Option::is_some));
    let count = memo(move || presence.with(|p| p.as_ref().map_or(0, |p| p.count as u64)));
    let unnamed =
        memo(move || presence.with(|known| known.as_ref().is_none_or(|k| k.people.is_none())));
    let entry = move |profile: &Profile| {
        let profile = profile.clone();
        let key = (profile.id.0, profile.rev.0);
        Entry::new(key, move || view! { <Person room profile /> })
    };
    let entries = move || {
        presence.with(|known| {
            let people = known.as_ref().and_then(|known| known.people.as_ref());
            people.map_or_else(Vec::new, |people| people.iter().map(entry).collect())
        })
    };
    let connection = client.connection();
    let connected = memo(move || connection.get() == ConnectionStatus::Live);
    let waits = memo(move || matches!(connection.get(), ConnectionStatus::Waiting { .. }));
    // Nothing is shown before it is known.
    let shown = memo(move || connected.get() && known.get());
    let note = move || match (shown.get(), count.get(), unnamed.get()) {
        (false, ..) if waits.get() => Some(t().people.unknown),
        (true, 0, _) => Some(t().people.empty),
        (true, _, true) => Some(t().people.too_many),
        _ => None,
    };
    let counted = move || {
        if shown.get() {
            format::number(t().tag, count.get())
        } else {
            String::new()
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        let target: Element = event_target(&event);
        if let Ok(Some(list)) = target.closest(".people__list") {
            on_list_key(&list, ".person__open", &event);
        }
    };
    view! {
        <aside class="shell__people" id="people" aria-labelledby="people-title">
            <div class="people__head">
                <h2 class="people__title" id="people-title">
                    <span use:set_text=tr!(people.title)></span>" "
                    <span class="people__count" use:set_text=dynamic_text(counted)></span>
                </h2>
                <button
                    class="icon-button"
                    type="button"
                    aria-label=tr!(people.close)
                    on:click=on(move |_| client.panes().people.set(false))
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
            {optional_view(move || {
                (!waits.get() && !shown.get()).then(|| view! { <Skeleton /> })
            })}
            {optional_view(move || note().map(|note| view! { <p class="people__note" use:set_text=note.to_owned()></p> }))}
            <ul
                class="people__list"
                tabindex="0"
                aria-labelledby="people-title"
                on:keydown=on(key)
            >
                {list(entries)}
            </ul>
        </aside>
    }
}

/// One person of the list.
#[component]
fn Person(
    /// The room, to show who is typing.
    room: RoomId,
    /// The person.
    profile: Profile,
) -> impl IntoView {
    let client = use_client();
    let dialogs = use_dialogs();
    let (me, typing, id) = (client.me(), client.typing(room), profile.id);
    let name = shown_name(&profile.name).to_owned();
    let is_me = memo(move || me.with(|me| me.as_ref().is_some_and(|me| me.id == id)));
    let is_typing = memo(move || typing.with(|all| all.iter().any(|other| other.id == id)));
    // While a place has no name, nobody there has an account, and to be a guest needs no word.
    let (is_guest, place) = (profile.role == Role::Guest, client.place_name());
    let note = move || match is_me.get() {
        _ if is_typing.get() => Some(t().people.is_typing),
        true => Some(t().people.you),
        false if is_guest && place.with(|name| !name.is_empty()) => Some(t().people.guest),
        false => None,
    };
    view! {
        <li class="person">
            // It lies over the row.
            <button
                class="person__open"
                type="button"
                // The list is one tab stop.
                tabindex="-1"
                aria-haspopup="dialog"
                aria-label=reactive(move || (t().people.about)(&name))
                on:click=on(move |_| dialogs.open(Dialog::Person(id)))
            ></button>
            <Avatar id=profile.id name=profile.name.clone() />
            <span class="person__name" dir="auto" translate="no" use:set_text=profile.name></span>
            {number(Some(id))}
            {status(profile.status)}
            {optional_view(move || note().map(|note| {
                let class = if is_typing.get() {
                    "person__note person__note--typing"
                } else {
                    "person__note"
                };
                view! { <span class=class use:set_text=note.to_owned()></span> }
            }))}
        </li>
    }
}
