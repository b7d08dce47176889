//! Choosing people: a field, those who are called like what is typed, and the chosen ones.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::UserId;
use shared::model::Profile;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::highlight::highlighted;
use super::listbox::{self, MOST_ROWS};
use super::people_search::{FoundPerson, PeopleSearch};
use crate::browser;
use crate::components::avatar::{Avatar, number};
use crate::components::composer::{FieldAction, handle_choice};
use crate::components::focus::focus_on;
use crate::components::form::{sentence, value_of};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::rooms::words;
use crate::state::{shown_name, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// The field, for the focus.
const FIELD: &str = "#picker-field";

/// Who is chosen.
#[derive(Clone, Copy)]
pub(super) struct Picker {
    search: PeopleSearch,
    field: NodeRef<html::Input>,
    typed: RwSignal<String>,
    /// Whose row was reached by keys.
    reached: RwSignal<Option<UserId>>,
    pub chosen: RwSignal<Vec<Profile>>,
    /// The most who can be chosen.
    most: usize,
    /// Whether the person may be chosen too.
    with_me: bool,
    me: Option<UserId>,
}

impl Picker {
    /// Nobody is chosen yet but these.
    pub fn new(search: PeopleSearch, chosen: Vec<Profile>, most: usize, with_me: bool) -> Self {
        let me = use_client().me().get_untracked();
        let picker = Picker {
            search,
            field: NodeRef::new(),
            typed: RwSignal::new(String::new()),
            reached: RwSignal::new(None),
            chosen: RwSignal::new(chosen),
            most,
            with_me,
            me: me.map(|me| me.id),
        };
        search.ask(String::new());
        picker
    }

    /// The numbers of those who are chosen, without one's own.
    pub fn others(self) -> Vec<UserId> {
        let ids = self.chosen.with_untracked(|chosen| {
            let ids = chosen.iter().map(|person| person.id);
            ids.collect::<Vec<_>>()
        });
        ids.into_iter().filter(|id| Some(*id) != self.me).collect()
    }

    pub fn is_empty(self) -> bool {
        self.chosen.with_untracked(Vec::is_empty)
    }

    fn is_full(self) -> bool {
        self.chosen.with(Vec::len) >= self.most
    }

    fn is_chosen(self, id: UserId) -> bool {
        self.chosen
            .with(|chosen| chosen.iter().any(|person| person.id == id))
    }

    fn is_already_in(self, id: UserId) -> bool {
        self.search.members.with(|members| members.contains(&id))
    }

    /// The rows of the list; tracked.
    fn rows(self) -> Vec<FoundPerson> {
        let mut found = self.typed.with(|typed| self.search.found(typed));
        if !self.with_me {
            found.retain(|found| Some(found.person.id) != self.me);
        }
        found.truncate(MOST_ROWS);
        found
    }

    /// Chooses somebody, or takes the choice back.
    fn toggle(self, person: &Profile) {
        let id = person.id;
        if untrack(|| self.is_chosen(id)) {
            self.remove(id);
        } else if !untrack(|| self.is_full() || self.is_already_in(id)) {
            self.chosen.update(|chosen| chosen.push(person.clone()));
            self.clear();
        }
    }

    fn remove(self, id: UserId) {
        self.chosen
            .update(|chosen| chosen.retain(|person| person.id != id));
    }

    fn clear(self) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value("");
        }
        self.look_for(String::new());
    }

    /// The row that Enter chooses; tracked.
    fn active(self, rows: &[FoundPerson]) -> Option<usize> {
        let reached = self.reached.get();
        let is_named = self.typed.with(|typed| !typed.is_empty());
        listbox::active(rows, |row| Some(row.person.id) == reached, is_named)
    }

    /// A key in the field, above these rows.
    fn on_key(self, event: &ev::KeyboardEvent, rows: &[FoundPerson]) {
        let is_empty = value_of(self.field).is_empty();
        let active = untrack(|| self.active(rows));
        if let Some(at) = listbox::step(event, active, rows.len()) {
            event.prevent_default();
            self.reached.set(rows.get(at).map(|row| row.person.id));
            listbox::show(row_id(at));
        } else if is_empty && event.key() == "Backspace" {
            self.chosen.update(|chosen| drop(chosen.pop()));
        } else if is_empty
            && event.key() == "ArrowLeft"
            && focus_on(".picker li:last-child > .chip")
        {
            event.prevent_default();
        }
    }

    fn look_for(self, typed: String) {
        if self.typed.with_untracked(|old| *old == typed) {
            return;
        }
        self.search.ask(typed.clone());
        self.reached.set(None);
        self.typed.set(typed);
    }
}

/// The field and the list. `submit`: Enter was pressed while nobody is to be chosen and nothing is typed.
pub(super) fn picker(picker: Picker, submit: impl Fn() + 'static) -> AnyView {
    let rows = memo(move || picker.rows());
    let active = memo(move || rows.with(|rows| picker.active(rows)));
    let choose = move |at: usize| {
        let person = rows.with_untracked(|rows| rows.get(at).map(|row| row.person.clone()));
        if let Some(person) = person {
            picker.toggle(&person);
        }
    };
    let on_act = move |act| match act {
        FieldAction::Send => {
            match active.get_untracked() {
                Some(at) => choose(at),
                None if picker.typed.with_untracked(String::is_empty) => submit(),
                // Who was typed may still be found: nobody is left out by a quick Enter.
                None => {}
            }
            true
        }
        _ => false,
    };
    handle_choice(picker.field, Rc::new(on_act));
    let key = move |event: ev::KeyboardEvent| {
        picker.on_key(&event, &rows.get_untracked());
    };
    // What Enter does is decided above, and the form is not sent besides: after Hangul that was typed
    // without a composition `keydown` has its default action.
    let pressed = |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let entries = move || {
        let rows = rows.get().into_iter().zip(0..);
        let entry = |(row, at): (FoundPerson, i64)| {
            let key = (row.person.id.0, at);
            Entry::new(key, move || {
                option(picker, row, usize::try_from(at).unwrap_or(0), active)
            })
        };
        rows.map(entry).collect()
    };
    let status = move || status(picker, rows.with(Vec::len));
    let has_rows = memo(move || rows.with(|rows| !rows.is_empty()));
    view! {
        <div class="picker">
            <label class="field__label" for="picker-field" use:set_text=dynamic_text(|| words().picker.label)></label>
            <div class="picker__box">
                {chips(picker)}
                <input
                    class="picker__field"
                    id="picker-field"
                    type="text"
                    dir="auto"
                    autofocus=true
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="60"
                    enterkeyhint="done"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=reactive(move || has_rows.get().to_string())
                    aria-controls="picker-list"
                    aria-describedby="picker-status"
                    aria-activedescendant=reactive(move || active.get().map(row_id))
                    placeholder=reactive(move || {
                        let is_empty = picker.chosen.with(Vec::is_empty);
                        is_empty.then(|| words().picker.placeholder)
                    })
                    node_ref=picker.field
                    on:input=on(move |_: ev::Event| picker.look_for(value_of(picker.field)))
                    on:keydown=on(key)
                    on:keypress=on(pressed)
                />
            </div>
            <ul
                class="picker__list"
                id="picker-list"
                role="listbox"
                aria-multiselectable="true"
                aria-label=reactive(|| words().picker.list)
            >
                {list(entries)}
            </ul>
            <p class="field__hint" id="picker-status" role="status" use:set_text=dynamic_text(status)></p>
        </div>
    }
    .into_any()
}

/// What is said of the list; tracked. `count`: how many rows it has.
fn status(picker: Picker, count: usize) -> String {
    if picker.is_full() {
        return (words().picker.full)(picker.most as u64);
    }
    if let Some(failure) = picker.search.failure.get() {
        return sentence(&failure).to_owned();
    }
    match count {
        0 if picker.search.is_answered.get() => words().picker.nobody.to_owned(),
        0 => String::new(),
        _ => (words().picker.found)(count as u64),
    }
}

fn row_id(at: usize) -> String {
    format!("pick-{at}")
}

fn option(picker: Picker, row: FoundPerson, at: usize, active: Memo<Option<usize>>) -> AnyView {
    let FoundPerson {
        person,
        in_name,
        in_username,
        ..
    } = row;
    let id = person.id;
    let is_me = picker.me == Some(id);
    let name = highlighted(shown_name(&person.name), &in_name);
    let username = person.username.as_ref().map(|username| {
        view! { <span class="picker__username" translate="no">"@"{highlighted(username, &in_username)}</span> }
            .into_any()
    });
    let note = move || {
        if picker.is_already_in(id) {
            words().picker.already
        } else if is_me {
            (tr!(people.you))()
        } else {
            ""
        }
    };
    let avatar = view! { <Avatar id=id name=person.name.clone() /> };
    view! {
        <li
            class="picker__option"
            role="option"
            id=row_id(at)
            aria-selected=reactive(move || picker.is_chosen(id).to_string())
            aria-disabled=reactive(move || picker.is_already_in(id).then_some("true"))
            data-active=reactive(move || (active.get() == Some(at)).then_some(""))
            // The focus stays in the field.
            on:pointerdown=on(|event: ev::PointerEvent| event.prevent_default())
            on:mousedown=on(|event: ev::MouseEvent| event.prevent_default())
            on:click=on(move |_| picker.toggle(&person))
        >
            {avatar}
            <span class="picker__name" dir="auto" translate="no">{name}</span>
            {number(Some(id))}
            {username}
            <span class="picker__note" use:set_text=dynamic_text(note)></span>
            <span class="picker__check"><Icon glyph=Glyph::Check /></span>
        </li>
    }
    .into_any()
}

/// Those who are chosen, each a button that takes the choice back.
fn chips(picker: Picker) -> AnyView {
    let entry = move |person: &Profile| {
        let person = person.clone();
        Entry::new((person.id.0, person.rev.0), move || chip(picker, &person))
    };
    let entries = move || {
        picker
            .chosen
            .with(|chosen| chosen.iter().map(entry).collect())
    };
    let is_empty = memo(move || picker.chosen.with(Vec::is_empty));
    optional_view(move || {
        (!is_empty.get()).then(|| {
            view! {
                <ul class="picker__chips" aria-label=reactive(|| words().picker.chosen)>
                    {list(entries)}
                </ul>
            }
        })
    })
    .into_any()
}

fn chip(picker: Picker, person: &Profile) -> AnyView {
    let id = person.id;
    let name = shown_name(&person.name).to_owned();
    let label = name.clone();
    let remove = move || {
        picker.remove(id);
        focus_on(FIELD);
    };
    let key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Backspace" | "Delete" => {
            event.prevent_default();
            remove();
        }
        "ArrowRight" => {
            event.prevent_default();
            if !focus_neighbour(Element::next_element_sibling) {
                focus_on(FIELD);
            }
        }
        "ArrowLeft" => {
            event.prevent_default();
            focus_neighbour(Element::previous_element_sibling);
        }
        _ => {}
    };
    view! {
        <li>
            <button
                class="chip"
                type="button"
                aria-label=reactive(move || (words().picker.remove)(&label))
                on:click=on(move |_| remove())
                on:keydown=on(key)
            >
                <span dir="auto" translate="no" use:set_text=name></span>
                <Icon glyph=Glyph::Close />
            </button>
        </li>
    }
    .into_any()
}

/// Moves the focus to the chosen person beside the one that has it. Returns whether there is one.
fn focus_neighbour(neighbour: fn(&Element) -> Option<Element>) -> bool {
    let focused = browser::document().active_element();
    let item = focused.and_then(|chip| chip.parent_element());
    let chip = item.and_then(|item| neighbour(&item)?.first_element_child());
    chip.and_then(|chip| chip.dyn_into::<HtmlElement>().ok())
        .is_some_and(|chip| chip.focus().is_ok())
}
