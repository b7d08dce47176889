//! The people of the place, for those who manage them: the list, roles, who is out and who is gone.

mod part;
mod row;

use leptos::ev;
use leptos::prelude::*;

use crate::api::people::PersonEntry;
use crate::components::form::FormError;
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, set_text};
use part::{PeoplePart, texts};
use row::row;

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
