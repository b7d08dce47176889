//! A row of the switcher.

use leptos::ev;
use leptos::prelude::*;
use shared::model::{Profile, RoomKind};

use super::targets::{Hit, Page, Target};
use crate::components::avatar::{Avatar, number};
use crate::components::form::FormState;
use crate::components::icons::{Glyph, Icon};
use crate::components::rooms::highlight::highlighted;
use crate::i18n::rooms::words;
use crate::state::{KnownRoom, shown_name, use_client};
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The id of a row.
pub(super) fn row_id(at: usize) -> String {
    format!("switch-{at}")
}

/// What all rows share.
#[derive(Clone, Copy)]
pub(super) struct RowState {
    /// What was reached by keys or by the pointer.
    pub reached: RwSignal<Option<Target>>,
    /// The row that Enter opens.
    pub active: Memo<Option<usize>>,
    /// A conversation that is being opened.
    pub form: FormState,
}

/// The row.
pub(super) fn row(
    state: RowState,
    hit: Hit,
    at: usize,
    open: impl Fn(&Target) + 'static,
) -> AnyView {
    let name = highlighted(shown_name(hit.target.name()), &hit.ranges);
    let (sign, facts) = match &hit.target {
        Target::Room(room) => (icon(room_glyph(room)), room_facts(room)),
        Target::Page(page) => (icon(page_glyph(*page)), fact(|| words().switcher.pages)),
        Target::Person(person) => (
            view! { <Avatar id=person.id name=person.name.clone() /> }.into_any(),
            person_facts(person, &hit),
        ),
    };
    let target = hit.target;
    let reached = target.clone();
    // One conversation is opened at a time.
    let is_person = matches!(target, Target::Person(_));
    let waits = move || (is_person && state.form.busy()).then_some("true");
    view! {
        <li
            class="switcher__row"
            role="option"
            id=row_id(at)
            aria-selected=reactive(move || (state.active.get() == Some(at)).to_string())
            aria-disabled=reactive(waits)
            // The focus stays in the field.
            on:mousedown=on(|event: ev::MouseEvent| event.prevent_default())
            on:mousemove=on(move |_: ev::MouseEvent| {
                if state.active.get_untracked() != Some(at) {
                    state.reached.set(Some(reached.clone()));
                }
            })
            on:click=on(move |_| open(&target))
        >
            <span class="switcher__sign">{sign}</span>
            <span class="switcher__name" dir="auto" translate="no">{name}</span>
            {facts}
        </li>
    }
    .into_any()
}

fn icon(glyph: Glyph) -> AnyView {
    view! { <Icon glyph /> }.into_any()
}

fn room_glyph(room: &KnownRoom) -> Glyph {
    match room.kind {
        _ if room.is_archived => Glyph::Archive,
        RoomKind::Public => Glyph::Room,
        RoomKind::Private => Glyph::Lock,
        RoomKind::Direct => Glyph::Message,
    }
}

fn page_glyph(page: Page) -> Glyph {
    match page {
        Page::Directory => Glyph::Search,
        Page::NewRoom => Glyph::Plus,
        Page::NewMessage => Glyph::Message,
        Page::Settings(_) | Page::BrowserSettings => Glyph::PageSettings,
        Page::Shortcuts => Glyph::Keyboard,
    }
}

/// What is said of a room besides its name. A public room that one is in needs nothing.
fn room_facts(room: &KnownRoom) -> AnyView {
    match room.kind {
        _ if room.is_archived => fact(|| words().switcher.archived),
        RoomKind::Private => fact(|| words().switcher.private),
        RoomKind::Direct => fact(|| words().switcher.direct),
        RoomKind::Public if !room.is_mine => fact(|| words().switcher.not_joined),
        RoomKind::Public => ().into_any(),
    }
}

fn person_facts(person: &Profile, hit: &Hit) -> AnyView {
    let is_me = use_client()
        .me()
        .get_untracked()
        .is_some_and(|me| me.id == person.id);
    let you = is_me.then(|| fact(tr!(people.you)));
    let username = person.username.as_ref().map(|username| {
        view! { <span class="switcher__fact" translate="no">"@"{highlighted(username, &hit.in_username)}</span> }
            .into_any()
    });
    view! {
        {number(Some(person.id))}
        {username}
        {you}
    }
    .into_any()
}

fn fact(words: fn() -> &'static str) -> AnyView {
    view! { <span class="switcher__fact" use:set_text=dynamic_text(words)></span> }.into_any()
}
