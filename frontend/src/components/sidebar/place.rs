//! One room of the list, and the button that opens the menu of the row with the pointer or the focus.

use leptos::html;
use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::RoomKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use super::tab_stop::{TabStop, tab_index};
use crate::browser::document;
use crate::components::avatar::Avatar;
use crate::components::dialogs::{Dialog, Dialogs};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::{format, t};
use crate::route::Route;
use crate::state::{PlaceRow, use_client};
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

const PREFIX: &str = "place-";

/// The id of the link to a room.
pub(super) fn element_id(room: RoomId) -> String {
    format!("{PREFIX}{room}")
}

/// The room that a link leads to.
pub(super) fn room_of(place: &Element) -> Option<RoomId> {
    place.id().strip_prefix(PREFIX)?.parse().ok().map(RoomId)
}

/// The row.
pub(super) fn place(id: RoomId, stop: TabStop) -> AnyView {
    let client = use_client();
    let row = client.place(id);
    // `follow_current` changes both later.
    let is_current = client.current_room().get_untracked() == Some(id);
    let element = element_id(id);
    let tabindex = tab_index(&element, stop);
    let unread = move || row.with(|row| (row.unread > 0).then(|| row.unread.to_string()));
    view! {
        <li class="sidebar__row">
            <a
                class="place"
                id=element
                href=Route::Room(id).path()
                aria-current=is_current.then_some("page")
                data-unread=reactive(unread)
                data-quiet=reactive(move || row.with(|row| row.is_quiet.then_some("")))
                tabindex=tabindex
            >
                {reactive(move || row.with(content).into_any())}
            </a>
        </li>
    }
    .into_any()
}

/// The sign, the name, why it draws no attention, and what is unread.
fn content(row: &PlaceRow) -> impl IntoView + use<> {
    let sign = match (row.kind, &row.people[..]) {
        (RoomKind::Public, _) => view! { <Icon glyph=Glyph::Room /> }.into_any(),
        (RoomKind::Private, _) => sign_with_word(Glyph::Lock, tr!(sidebar.private)),
        (RoomKind::Direct, [person]) => {
            let name = row.name.clone();
            view! { <Avatar id=Some(*person) name /> }.into_any()
        }
        (RoomKind::Direct, people) => {
            let count = people.len().to_string();
            view! { <span class="avatar avatar--small" aria-hidden="true" use:set_text=count></span> }
                .into_any()
        }
    };
    let quiet = match (row.is_archived, row.is_quiet) {
        (true, _) => Some(sign_with_word(Glyph::Archive, tr!(sidebar.archived))),
        (false, true) => Some(sign_with_word(Glyph::Mute, tr!(sidebar.muted))),
        (false, false) => None,
    };
    let unread = row.unread;
    let badge = (unread > 0).then(|| {
        // What is addressed to the person is filled.
        let class = if row.kind == RoomKind::Direct {
            "badge badge--signal"
        } else {
            "badge"
        };
        view! {
            <span class=class aria-hidden="true" use:set_text=format::badge(unread)></span>
            <span
                class="visually-hidden"
                use:set_text=dynamic_text(move || (t().sidebar.unread)(unread))
            ></span>
        }
        .into_any()
    });
    view! {
        {sign}
        <span class="place__name" dir="auto" translate="no" use:set_text=row.name.clone()></span>
        {quiet}
        {badge}
    }
}

/// A sign, and what it says to screen readers.
fn sign_with_word(glyph: Glyph, word: fn() -> &'static str) -> AnyView {
    view! {
        <Icon glyph />
        <span class="visually-hidden" use:set_text=word></span>
    }
    .into_any()
}

/// The button of the row with the pointer or the focus. There is one, which moves from row to row.
#[derive(Clone, Copy)]
pub(super) struct PlaceButton {
    node: NodeRef<html::Button>,
    room: RwSignal<Option<RoomId>>,
}

impl PlaceButton {
    /// In no row yet.
    pub(super) fn new() -> Self {
        PlaceButton {
            node: NodeRef::new(),
            room: RwSignal::new(None),
        }
    }

    /// The pointer or the focus has come to something in the list.
    pub(super) fn follow(self, event: &web_sys::Event) {
        let row = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let row = row.and_then(|target| target.closest(".sidebar__row").ok().flatten());
        let (Some(row), Some(button)) = (row, self.node.get_untracked()) else {
            return;
        };
        let button: &Node = button.as_ref();
        // Where it has the focus it stays.
        let focused = document().active_element();
        let has_focus = focused.is_some_and(|focused| focused.is_same_node(Some(button)));
        // A room that has come to another section has another row.
        if button.parent_element().as_ref() != Some(&row) && !has_focus {
            let place = row.query_selector(".place").ok().flatten();
            self.room.set(place.as_ref().and_then(room_of));
            let _ = row.append_child(button);
        }
    }

    /// The button, before it is in a row.
    pub(super) fn view(self, dialogs: Dialogs) -> AnyView {
        let client = use_client();
        let label = move || {
            let name =
                (self.room.get()).map(|room| client.place(room).with(|row| row.name.clone()));
            (t().sidebar.place_menu)(&name.unwrap_or_default())
        };
        let open = move |_: leptos::ev::MouseEvent| {
            if let Some(room) = self.room.get_untracked() {
                dialogs.open(Dialog::PlaceMenu(room));
            }
        };
        view! {
            <button
                class="icon-button place__more"
                type="button"
                aria-haspopup="menu"
                aria-label=reactive(label)
                node_ref=self.node
                on:click=on(open)
            >
                <Icon glyph=Glyph::More />
            </button>
        }
        .into_any()
    }
}
