//! The switcher: one field and a list, to go to a room, a person or a page by its name.

mod row;
mod targets;

use std::rc::Rc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::command::Command;

use super::listbox;
use super::people_search::PeopleSearch;
use crate::components::composer::{FieldAction, handle_choice};
use crate::components::dialogs::{CloseButton, Dialog, DialogFrame, Dialogs, use_dialogs};
use crate::components::form::{FormError, FormState, sentence, value_of};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::rooms::words;
use crate::navigation;
use crate::route::Route;
use crate::state::{Client, Failure, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};
use row::{RowState, row, row_id};
use targets::{Hit, Page, Places, Scope, Target};

/// Opens the switcher, unless a dialog is open.
pub fn open(dialogs: Dialogs) {
    dialogs.open(Dialog::Switcher);
}

/// The dialog.
#[derive(Clone, Copy)]
struct Switching {
    client: Client,
    dialogs: Dialogs,
    /// A conversation that is being opened.
    form: FormState,
    field: NodeRef<html::Input>,
    typed: RwSignal<String>,
    /// What was reached by keys or by the pointer.
    reached: RwSignal<Option<Target>>,
    people: PeopleSearch,
    places: StoredValue<Places>,
}

impl Switching {
    fn look_for(self, typed: String) {
        if self.typed.with_untracked(|old| *old == typed) {
            return;
        }
        if Scope::asks_people(&typed) {
            self.people.ask(Scope::of(&typed).1.to_owned());
        }
        self.form.clear();
        self.reached.set(None);
        self.typed.set(typed);
    }

    /// What is listed; tracked.
    fn hits(self) -> Vec<Hit> {
        self.typed.with(|typed| {
            self.places
                .with_value(|places| places.find(typed, self.people))
        })
    }

    /// The row that Enter opens; tracked.
    fn active(self, hits: &[Hit]) -> Option<usize> {
        self.reached.with(|reached| {
            let is_reached = |hit: &Hit| reached.as_ref().is_some_and(|it| it.is(&hit.target));
            listbox::active(hits, is_reached, true)
        })
    }

    /// Why people are not looked for; tracked.
    fn failure(self) -> Option<Failure> {
        let asks = self.typed.with(|typed| Scope::asks_people(typed));
        asks.then(|| self.people.failure.get()).flatten()
    }

    fn open(self, target: &Target) {
        let (client, dialogs) = (self.client, self.dialogs);
        match target {
            Target::Room(room) => {
                dialogs.close();
                client.open_room(room.id);
            }
            Target::Page(Page::Settings(section)) => {
                dialogs.close();
                navigation::go(&Route::Settings(*section).path());
            }
            Target::Page(Page::Directory) => {
                dialogs.close();
                navigation::go(&Route::Directory.path());
            }
            Target::Page(page) => {
                if let Some(dialog) = page.dialog() {
                    dialogs.open_next(dialog);
                }
            }
            Target::Person(person) => {
                let id = person.id;
                let me = client.me().get_untracked().map(|me| me.id);
                let users = if me == Some(id) { Vec::new() } else { vec![id] };
                self.form.submit(async move {
                    let room = client.make_room(Command::OpenDirect { users }).await?;
                    if self.form.is_here() {
                        dialogs.close();
                        client.open_room(room);
                    }
                    Ok(())
                });
            }
        }
    }
}

/// The dialog.
#[component]
pub(super) fn Switcher() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let switching = Switching {
        client,
        dialogs,
        form: FormState::for_command(),
        field: NodeRef::new(),
        typed: RwSignal::new(String::new()),
        reached: RwSignal::new(None),
        people: PeopleSearch::new(None),
        places: StoredValue::new(Places::known(client)),
    };
    let hits = memo(move || switching.hits());
    let active = memo(move || hits.with(|hits| switching.active(hits)));
    let target_at =
        move |at: usize| hits.with_untracked(|hits| hits.get(at).map(|hit| hit.target.clone()));
    let on_act = move |act| {
        let is_enter = act == FieldAction::Send;
        let target = active.get_untracked().filter(|_| is_enter);
        if let Some(target) = target.and_then(target_at) {
            switching.open(&target);
        }
        is_enter
    };
    handle_choice(switching.field, Rc::new(on_act));
    let key = move |event: ev::KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        if let Some(at) = listbox::step(&event, active.get_untracked(), count) {
            event.prevent_default();
            switching.reached.set(target_at(at));
            listbox::show(row_id(at));
        } else if (event.ctrl_key() || event.meta_key()) && event.code() == "KeyK" {
            // The key that has opened it.
            event.prevent_default();
            dialogs.close();
        }
    };
    let has_hits = memo(move || hits.with(|hits| !hits.is_empty()));
    let typed = move |_: ev::Event| switching.look_for(value_of(switching.field));
    view! {
        <DialogFrame title=dynamic_text(|| words().switcher.label) class="dialog switcher" bare=true light=true>
            <div class="switcher__head">
                <Icon glyph=Glyph::Search />
                <input
                    class="switcher__field"
                    id="switcher-field"
                    type="text"
                    dir="auto"
                    autofocus=true
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="60"
                    enterkeyhint="go"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=reactive(move || has_hits.get().to_string())
                    aria-controls="switcher-list"
                    aria-activedescendant=reactive(move || active.get().map(row_id))
                    aria-label=reactive(|| words().switcher.label)
                    placeholder=reactive(|| words().switcher.placeholder)
                    node_ref=switching.field
                    on:input=on(typed)
                    on:keydown=on(key)
                />
                <CloseButton />
            </div>
            {results(switching, hits, active)}
            <FormError form=switching.form fields=&[] />
            {hints()}
        </DialogFrame>
    }
}

fn results(switching: Switching, hits: Memo<Vec<Hit>>, active: Memo<Option<usize>>) -> AnyView {
    let state = RowState {
        reached: switching.reached,
        active,
        form: switching.form,
    };
    // Each list is rendered anew: other parts of the names are marked.
    let generation = StoredValue::new(0_i64);
    let entries = move || {
        let round = generation.update_value(|round| {
            *round += 1;
            *round
        });
        let round = round.unwrap_or_default();
        let entry = |(hit, at): (Hit, usize)| {
            let key = (round, i64::try_from(at).unwrap_or_default());
            Entry::new(key, move || {
                row(state, hit, at, move |target| switching.open(target))
            })
        };
        hits.get().into_iter().zip(0..).map(entry).collect()
    };
    let is_unasked = memo(move || switching.typed.with(|typed| typed.trim().is_empty()));
    let is_empty = memo(move || hits.with(Vec::is_empty));
    let heading = optional_view(move || {
        (is_unasked.get() && !is_empty.get()).then(|| {
            view! { <p class="switcher__title" use:set_text=dynamic_text(|| words().switcher.recent)></p> }
        })
    });
    let is_waiting = move || {
        let asks_people = switching.typed.with(|typed| Scope::asks_people(typed));
        asks_people && !switching.people.is_answered.get()
    };
    let nothing = optional_view(move || match switching.failure() {
        Some(failure) => Some(failed(failure)),
        None => (is_empty.get() && !is_waiting()).then(|| nothing(switching, is_unasked.get())),
    });
    let status = move || {
        if let Some(failure) = switching.failure() {
            sentence(&failure).to_owned()
        } else if is_unasked.get() {
            String::new()
        } else {
            (words().switcher.found)(hits.with(Vec::len) as u64)
        }
    };
    view! {
        <div class="switcher__results">
            {heading}
            <ul
                class="switcher__list"
                id="switcher-list"
                role="listbox"
                aria-label=reactive(|| words().switcher.list)
            >
                {list(entries)}
            </ul>
            {nothing}
            <p class="visually-hidden" role="status" use:set_text=dynamic_text(status)></p>
        </div>
    }
    .into_any()
}

/// Whether somebody is called like this cannot be said.
fn failed(failure: Failure) -> AnyView {
    let text = dynamic_text(move || sentence(&failure));
    view! { <p class="switcher__nothing" use:set_text=text></p> }.into_any()
}

/// Nothing is called like this, or nothing was typed and no room was open before.
fn nothing(switching: Switching, is_unasked: bool) -> AnyView {
    if is_unasked {
        return view! { <p class="switcher__nothing" use:set_text=dynamic_text(|| words().switcher.no_recent)></p> }
            .into_any();
    }
    let browse = move |_| switching.open(&Target::Page(Page::Directory));
    view! {
        <div class="switcher__nothing">
            <p class="switcher__none" use:set_text=dynamic_text(|| words().switcher.none_title)></p>
            <p use:set_text=dynamic_text(|| words().switcher.none_text)></p>
            <button class="button button--quiet" type="button" on:click=on(browse) use:set_text=tr!(app.directory)></button>
        </div>
    }
    .into_any()
}

/// The keys, where there is a keyboard.
fn hints() -> AnyView {
    let hint = |key: &'static str, label: fn() -> &'static str| {
        view! {
            <span class="switcher__hint">
                <kbd class="key">{key}</kbd>
                " "
                <span use:set_text=dynamic_text(label)></span>
            </span>
        }
        .into_any()
    };
    view! {
        <p class="switcher__hints only-hover" aria-hidden="true">
            {hint("#", || words().switcher.hint_rooms)}
            {hint("@", || words().switcher.hint_people)}
            {hint("↑↓", || words().switcher.hint_step)}
            {hint("Enter", || words().switcher.hint_open)}
        </p>
    }
    .into_any()
}
