//! The people of the place, for those who manage them: the list, roles, who is out and who is gone.

mod row;

use std::time::Duration;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::UserId;
use shared::model::{Profile, Role};
use wasm_bindgen_futures::spawn_local;

use crate::api::people::{self, PersonEntry};
use crate::browser;
use crate::components::form::{FormError, FormState, value_of};
use crate::components::skeleton::Skeleton;
use crate::i18n::settings::{PeopleStrings, words};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, set_text};
use row::row;

/// How long nothing is typed before the list is asked for.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

fn texts() -> &'static PeopleStrings {
    words().people
}

/// What is done to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    SetRole(Role),
    Deactivate,
    Reactivate,
    Delete,
}

/// What is open in the list: what can be done to a person, or the question before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    user: UserId,
    asks: Option<Deed>,
}

/// The state of the section.
#[derive(Clone, Copy)]
struct PeoplePart {
    /// Why the list is not here.
    list: FormState,
    /// What is being done to the person who is open.
    deed: FormState,
    people: RwSignal<Vec<PersonEntry>>,
    is_loaded: RwSignal<bool>,
    next: RwSignal<Option<String>>,
    open: RwSignal<Option<Open>>,
    /// Whose row takes the focus when it is made.
    focus: StoredValue<Option<UserId>>,
    search: NodeRef<html::Input>,
    /// Counts questions: an answer to an earlier one is ignored.
    question: StoredValue<u32>,
    note: RwSignal<Option<fn() -> &'static str>>,
}

impl PeoplePart {
    fn new() -> Self {
        PeoplePart {
            list: FormState::new(),
            deed: FormState::new(),
            people: RwSignal::new(Vec::new()),
            is_loaded: RwSignal::new(false),
            next: RwSignal::new(None),
            open: RwSignal::new(None),
            focus: StoredValue::new(None),
            search: NodeRef::new(),
            question: StoredValue::new(0),
            note: RwSignal::new(None),
        }
    }

    fn next_question(self) -> u32 {
        let number = self.question.get_value().wrapping_add(1);
        self.question.set_value(number);
        number
    }

    fn is_last(self, question: u32) -> bool {
        self.question.try_get_value() == Some(question)
    }

    /// Loads the list from its beginning, or a further page.
    fn load(self, after: Option<String>) {
        let (question, search) = (self.next_question(), value_of(self.search));
        self.list.clear();
        spawn_local(async move {
            let answer = people::list(&search, after.as_deref()).await;
            if !self.is_last(question) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.people.update(|people| {
                        if after.is_none() {
                            people.clear();
                            self.open.set(None);
                        }
                        people.extend(page.people);
                    });
                    self.next.set(page.next);
                    self.is_loaded.set(true);
                }
                Err(failure) => self.list.fail(failure),
            }
        });
    }

    /// Loads the list when nothing was typed for a while.
    fn search_soon(self) {
        let question = self.next_question();
        browser::after(TYPING_PAUSE, move || {
            if self.is_last(question) {
                self.load(None);
            }
        });
    }

    fn open(self, open: Option<Open>) {
        self.deed.clear();
        self.note.set(None);
        // Who closes it goes on at the same person.
        if open.is_none() {
            let before = self.open.get_untracked();
            self.focus.set_value(before.map(|open| open.user));
        }
        self.open.set(open);
    }

    fn act(self, user: UserId, deed: Deed) {
        self.note.set(None);
        self.deed.submit(async move {
            match deed {
                Deed::SetRole(role) => self.changed(people::set_role(user, role).await?),
                Deed::Deactivate => self.changed(people::set_deactivated(user, true).await?),
                Deed::Reactivate => self.changed(people::set_deactivated(user, false).await?),
                Deed::Delete => {
                    people::delete(user).await?;
                    self.people.try_update(|people| {
                        people.retain(|entry| entry.person.id != user);
                    });
                    self.open.try_set(None);
                    self.note.try_set(Some(|| texts().is_deleted));
                    // The row is gone.
                    if let Some(Some(search)) = self.search.try_get_untracked() {
                        let _ = search.focus();
                    }
                }
            }
            Ok(())
        });
    }

    /// Shows a person as the server does after a change.
    fn changed(self, person: Profile) {
        self.focus.try_set_value(Some(person.id));
        self.open.try_set(None);
        self.people.try_update(|people| {
            if let Some(entry) = people.iter_mut().find(|entry| entry.person.id == person.id) {
                if person.deactivated {
                    entry.used_at = None;
                }
                entry.person = person;
            }
        });
        self.note.try_set(Some(|| texts().is_changed));
    }
}

/// The section.
#[component]
pub(super) fn People() -> impl IntoView {
    let part = PeoplePart::new();
    part.load(None);
    let entries = move || {
        let entry = |entry: &PersonEntry| {
            let entry = entry.clone();
            let key = (entry.person.id.0, entry.person.rev.0);
            Entry::new(key, move || row(part, entry))
        };
        part.people.read().iter().map(entry).collect()
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        part.load(None);
    };
    let below = optional_view(move || {
        if !part.is_loaded.get() {
            return part.list.failure(|_| Some(())).map_or_else(
                || Some(view! { <Skeleton label=tr!(app.loading) /> }.into_any()),
                |()| Some(more(part, None, tr!(sign_in.try_again))),
            );
        }
        if let Some(next) = part.next.get() {
            return Some(more(part, Some(next), || texts().more));
        }
        let is_empty = part.people.read().is_empty();
        is_empty.then(|| view! { <p use:set_text=dynamic_text(|| texts().nobody)></p> }.into_any())
    });
    view! {
        <div class="settings__part">
            <form role="search" on:submit=on(submit)>
                <div class="field">
                    <label class="field__label" for="people-search" use:set_text=dynamic_text(|| texts().search)></label>
                    <input
                        class="field__input"
                        id="people-search"
                        type="search"
                        dir="auto"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        maxlength="60"
                        node_ref=part.search
                        on:input=on(move |_: ev::Event| part.search_soon())
                    />
                </div>
            </form>
            <ul class="settings__list">{list(entries)}</ul>
            {below}
            <FormError form=part.list fields=&[] />
            <p role="status" use:set_text=dynamic_text(move || {
                part.note.get().map_or("", |note| note())
            })></p>
        </div>
    }
}

/// The button that loads the list, or more of it.
fn more(part: PeoplePart, after: Option<String>, label: fn() -> &'static str) -> AnyView {
    view! {
        <div class="settings__row">
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| part.load(after.clone()))
                use:set_text=label
            ></button>
        </div>
    }
    .into_any()
}
