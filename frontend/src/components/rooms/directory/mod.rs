//! All public rooms: searched, looked through, joined and left.

mod part;
mod row;

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::choice::segment;
use crate::api::rooms::RoomEntry;
use crate::browser::document;
use crate::components::form::{FormError, sentence};
use crate::components::menu::on_list_key;
use crate::components::skeleton::Skeleton;
use crate::i18n::rooms::words;
use crate::tr;
use crate::view::{Entry, dynamic_text, effect, list, memo, on, optional_view, reactive, set_text};
use part::DirectoryPart;
use row::row;

/// What arrows move the focus between.
const ROOM: &str = ".directory__open";
/// What can be done with a room.
const ACTION: &str = ".directory__action";

/// The content of the page.
#[component]
pub(super) fn Directory() -> impl IntoView {
    let part = DirectoryPart::new();
    part.load(None);
    // The other rooms are shown at once.
    let first = StoredValue::new(true);
    effect(move || {
        part.archived.track();
        if !first.get_value() {
            part.load(None);
        }
        first.set_value(false);
    });
    let search = NodeRef::<html::Input>::new();
    let typed = move |_: ev::Event| part.search_soon(search.get_untracked());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        part.load(None);
    };
    let key_in_field = move |event: ev::KeyboardEvent| {
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "ArrowDown" && !is_composing && focus_room() {
            event.prevent_default();
        }
    };
    let clear = move || {
        if let Some(field) = search.get_untracked() {
            field.set_value("");
            let _ = field.focus();
        }
        part.clear();
    };
    let found = move || {
        if part.is_loaded.get() && !part.typed.read().is_empty() {
            let count = part.rooms.with(Vec::len) as u64;
            (words().directory.found)(count)
        } else {
            String::new()
        }
    };
    view! {
        <div class="directory__body">
            <form class="directory__form" role="search" on:submit=on(submit)>
                <div class="field">
                    <label class="field__label" for="directory-search" use:set_text=dynamic_text(|| words().directory.search)></label>
                    <input
                        class="field__input"
                        id="directory-search"
                        type="search"
                        dir="auto"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        enterkeyhint="search"
                        maxlength="60"
                        node_ref=search
                        on:input=on(typed)
                        on:keydown=on(key_in_field)
                    />
                </div>
                <fieldset class="choices directory__which">
                    <legend class="visually-hidden" use:set_text=dynamic_text(|| words().directory.which)></legend>
                    <div class="segments">
                        {segment("directory-which", false, part.archived, || words().directory.open)}
                        {segment("directory-which", true, part.archived, || words().directory.archived)}
                    </div>
                </fieldset>
            </form>
            <p class="visually-hidden" role="status" use:set_text=dynamic_text(found)></p>
            {rooms(part)}
            {below(part, clear)}
            <FormError form=part.deed fields=&[] />
        </div>
    }
}

fn rooms(part: DirectoryPart) -> AnyView {
    // One tab stop: the room that had the focus last, or the first one.
    let stop = memo(move || {
        let chosen = part.stop.get();
        part.rooms.with(|rooms| {
            let mut ids = rooms.iter().map(|entry| entry.room.id);
            let first = ids.clone().next();
            ids.find(|id| Some(*id) == chosen).or(first)
        })
    });
    let entry = move |entry: &RoomEntry| {
        let entry = entry.clone();
        let key = (entry.room.id.0, entry.room.rev.0);
        Entry::new(key, move || row(part, entry, stop))
    };
    let entries = move || part.rooms.with(|rooms| rooms.iter().map(entry).collect());
    let is_empty = memo(move || part.rooms.with(Vec::is_empty));
    optional_view(move || {
        (!is_empty.get()).then(|| {
            view! {
                <p class="directory__keys only-hover" id="directory-keys" use:set_text=dynamic_text(|| words().directory.keys)></p>
                <ul
                    class="directory__list"
                    aria-label=reactive(|| words().directory.list)
                    aria-describedby="directory-keys"
                    data-stale=reactive(move || (!part.is_loaded.get()).then_some(""))
                    on:keydown=on(move |event: ev::KeyboardEvent| on_key(&event))
                    on:focusin=on(move |event: ev::FocusEvent| part.note_focus(&event))
                >
                    {list(entries)}
                </ul>
            }
        })
    })
    .into_any()
}

/// What stands below the list, or in its place.
fn below(part: DirectoryPart, clear: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    optional_view(move || {
        if let Some(failure) = part.list.failure(|failure| Some(failure.clone())) {
            let text = dynamic_text(move || sentence(&failure));
            return Some(
                view! {
                    <div class="directory__failed" role="alert">
                        <p use:set_text=text></p>
                        {button(tr!(sign_in.try_again), move || part.load(None))}
                    </div>
                }
                .into_any(),
            );
        }
        let is_empty = part.rooms.with(Vec::is_empty);
        if !part.is_loaded.get() {
            return is_empty.then(|| view! { <Skeleton label=tr!(app.loading) /> }.into_any());
        }
        if let Some(next) = part.next.get() {
            let more = move || part.load(Some(next.clone()));
            return Some(button(|| words().directory.more, more));
        }
        is_empty.then(|| nothing(part, clear))
    })
    .into_any()
}

/// No room is called like this.
fn nothing(part: DirectoryPart, clear: impl Fn() + Copy + 'static) -> AnyView {
    let is_archive = part.archived.get_untracked();
    let title = move || {
        let words = &words().directory;
        if is_archive {
            words.none_archived_title
        } else {
            words.none_title
        }
    };
    let text = move || {
        let words = &words().directory;
        if is_archive {
            words.none_archived_text
        } else {
            words.none_text
        }
    };
    let is_searched = part.typed.with_untracked(|typed| !typed.is_empty());
    view! {
        <div class="state">
            <h2 class="state__title" use:set_text=dynamic_text(title)></h2>
            <p use:set_text=dynamic_text(text)></p>
            {is_searched.then(|| button(|| words().directory.clear, clear))}
        </div>
    }
    .into_any()
}

fn button(label: fn() -> &'static str, act: impl Fn() + 'static) -> AnyView {
    view! {
        <button
            class="button button--quiet directory__more"
            type="button"
            on:click=on(move |_| act())
            use:set_text=dynamic_text(label)
        ></button>
    }
    .into_any()
}

/// Moves the focus to the room that is the list's tab stop. Returns whether there is one.
fn focus_room() -> bool {
    let room = document().query_selector(&format!("{ROOM}[tabindex='0']"));
    focus(room.ok().flatten())
}

/// Up and down lead from room to room, to the side is what can be done with one.
fn on_key(event: &ev::KeyboardEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    let inside = |selector: &str| {
        let row = target.closest("li").ok().flatten()?;
        row.query_selector(selector).ok().flatten()
    };
    let has_moved = match event.key().as_str() {
        "ArrowRight" => focus(inside(ACTION)),
        "ArrowLeft" => focus(inside(ROOM)),
        "ArrowDown" | "ArrowUp" | "Home" | "End" => {
            // From a button too.
            focus(inside(ROOM));
            if let Ok(Some(list)) = target.closest("ul") {
                on_list_key(&list, ROOM, event);
            }
            false
        }
        _ => false,
    };
    if has_moved {
        event.prevent_default();
    }
}

fn focus(element: Option<Element>) -> bool {
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}
