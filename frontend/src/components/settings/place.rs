//! The place: its name, who gets an account without an invitation, and who has asked for one.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::model::SignUp;
use shared::text::{self, TextError};
use wasm_bindgen_futures::spawn_local;

use super::saving::{Change, Saving};
use super::unanswered::unanswered;
use crate::api::place::{self, Application, PlaceChange};
use crate::api::{self, PresentSession};
use crate::components::focus::focus_on;
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::i18n::settings::words;
use crate::state::{Failure, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// The heading over the applications. It takes the focus of a decided one.
const APPLICATIONS: &str = "#applications-title";

/// The section. What can be changed shows what the server says now, not what the page knew when
/// it started: an answer that comes late must not undo a choice.
#[component]
pub(super) fn PlaceSection() -> impl IntoView {
    let present = RwSignal::new(None::<Result<PresentSession, Failure>>);
    let look_up = move || ask(present, api::session());
    look_up();
    view! {
        {reactive(move || match present.get() {
            None => unanswered(None, || {}),
            Some(Err(failure)) => unanswered(Some(failure), look_up),
            Some(Ok(present)) => view! {
                <PlaceName name=present.place_name />
                <SignUpChoice present=present.sign_up />
            }
            .into_any(),
        })}
        <Applications />
    }
}

/// Puts the answer of a request into a signal.
fn ask<T: Send + Sync + 'static>(
    answer: RwSignal<Option<Result<T, Failure>>>,
    request: impl Future<Output = Result<T, Failure>> + 'static,
) {
    spawn_local(async move {
        let _ = answer.try_set(Some(request.await));
    });
}

#[component]
fn PlaceName(name: String) -> impl IntoView {
    let client = use_client();
    let form = FormState::new();
    let node = NodeRef::<html::Input>::new();
    let is_saved = RwSignal::new(false);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        is_saved.set(false);
        match text::name(&value_of(node), &client.limits().get_untracked()) {
            Ok(name) => form.submit(async move {
                let change = PlaceChange {
                    name: Some(name.clone()),
                    ..PlaceChange::default()
                };
                place::change(&change).await?;
                client.note_place_name(&name);
                let _ = is_saved.try_set(true);
                Ok(())
            }),
            Err(TextError { code, .. }) => form.refuse(TextError {
                code,
                field: Field::Place,
            }),
        }
    };
    view! {
        <form class="settings__part" novalidate on:submit=on(submit)>
            <TextField
                form
                field=Field::Place
                id="place-name"
                label=|| words().place.name
                hint=|| words().place.name_hint
                node
                value=name
            />
            <FormError form fields=&[Field::Place] />
            <div class="settings__row">
                <Submit form label=tr!(app.save) />
                <span role="status" use:set_text=dynamic_text(move || {
                    if is_saved.get() { words().place.saved } else { "" }
                })></span>
            </div>
        </form>
    }
}

/// Who gets an account without an invitation, as somebody has chosen.
#[derive(Clone)]
struct SignUpChange {
    value: SignUp,
    /// What the server has stored.
    stored: RwSignal<SignUp>,
}

impl Change for SignUpChange {
    async fn make(&self) -> Result<(), Failure> {
        let change = PlaceChange {
            sign_up: Some(self.value),
            ..PlaceChange::default()
        };
        place::change(&change).await?;
        let _ = self.stored.try_set(self.value);
        Ok(())
    }

    fn replaces(&self, _earlier: &Self) -> bool {
        true
    }
}

#[component]
fn SignUpChoice(present: SignUp) -> impl IntoView {
    let saving = Saving::new();
    let form = saving.form;
    let (stored, chosen) = (RwSignal::new(present), RwSignal::new(present));
    // A choice that was not saved does not count.
    let shown = memo(move || {
        if form.failure(|_| Some(())).is_some() {
            stored.get()
        } else {
            chosen.get()
        }
    });
    let choice = move |value: SignUp, label: fn() -> &'static str| {
        let choose = move |_| {
            chosen.set(value);
            saving.save(SignUpChange { value, stored });
        };
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="sign-up"
                    prop:checked=reactive(move || shown.get() == value)
                    on:change=on(choose)
                />
                <span use:set_text=dynamic_text(label)></span>
            </label>
        }
        .into_any()
    };
    view! {
        <div class="settings__part">
            <fieldset class="choices">
                <legend use:set_text=dynamic_text(|| words().place.sign_up)></legend>
                <div class="segments">
                    {choice(SignUp::Off, || words().place.off)}
                    {choice(SignUp::Approval, || words().place.approval)}
                    {choice(SignUp::Open, || words().place.open)}
                </div>
            </fieldset>
            <p use:set_text=dynamic_text(move || match shown.get() {
                SignUp::Off => words().place.off_hint,
                SignUp::Approval => words().place.approval_hint,
                SignUp::Open => words().place.open_hint,
            })></p>
            <FormError form fields=&[] />
        </div>
    }
}

#[component]
fn Applications() -> impl IntoView {
    let found = RwSignal::new(None::<Result<Vec<Application>, Failure>>);
    let look_up = move || ask(found, place::applications());
    look_up();
    let form = FormState::new();
    let decide = Callback::new(move |(id, is_approved): (i64, bool)| {
        form.submit(async move {
            let decided = place::decide(id, is_approved).await;
            let _ = found.try_set(Some(place::applications().await));
            // The button that had the focus is gone.
            focus_on(APPLICATIONS);
            decided
        });
    });
    // Rows keep their elements, and with them the focus, when the list comes anew.
    let entries = move || {
        let entry = |person: &Application| {
            let person = person.clone();
            Entry::new((person.id, 0), move || waiting_person(person, decide))
        };
        match &*found.read() {
            Some(Ok(waiting)) => waiting.iter().map(entry).collect(),
            _ => Vec::new(),
        }
    };
    view! {
        <div class="settings__part">
            <h3 id="applications-title" tabindex="-1" use:set_text=dynamic_text(|| words().place.applications)></h3>
            <FormError form fields=&[] />
            {optional_view(move || match &*found.read() {
                None => Some(unanswered(None, || {})),
                Some(Err(failure)) => Some(unanswered(Some(failure.clone()), look_up)),
                Some(Ok(waiting)) => waiting.is_empty().then(|| {
                    view! { <p use:set_text=dynamic_text(|| words().place.nobody)></p> }.into_any()
                }),
            })}
            <ul class="settings__list">{list(entries)}</ul>
        </div>
    }
}

fn waiting_person(person: Application, decide: Callback<(i64, bool)>) -> AnyView {
    let Application {
        id,
        username,
        name,
        note,
    } = person;
    let button = |is_approved: bool, label: fn() -> &'static str, name: String| {
        let class = if is_approved {
            "button"
        } else {
            "button button--quiet"
        };
        view! {
            <button
                class=class
                type="button"
                aria-label=reactive(move || format!("{}: {name}", label()))
                on:click=on(move |_| decide.run((id, is_approved)))
                use:set_text=dynamic_text(label)
            ></button>
        }
        .into_any()
    };
    view! {
        <li class="settings__item">
            <div class="settings__about">
                <strong dir="auto">{name.clone()}</strong>
                " "
                <span class="settings__faint" dir="auto">{format!("@{username}")}</span>
                {(!note.is_empty()).then(|| view! { <p class="settings__note" dir="auto">{note}</p> }.into_any())}
            </div>
            <div class="settings__row">
                {button(true, || words().place.approve, name.clone())}
                {button(false, || words().place.decline, name)}
            </div>
        </li>
    }
    .into_any()
}
