//! Asking for an account, at a place where one needs no invitation.

use std::future::pending;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::model::SignUp;

use super::field::{AccountField, AccountSubmit, Head, NEW_PASSWORD, SentTitle};
use super::form::{AccountForm, Entry};
use super::new_account::{NAME, NEW_USERNAME, checked_password};
use super::strength::StrengthMeter;
use crate::api::account::{self, NewApplication};
use crate::components::form::value_of;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::account::words;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

/// The form, and then that somebody will decide.
#[component]
pub(super) fn SignUpForm() -> impl IntoView {
    let is_sent = RwSignal::new(false);
    reactive(move || {
        if is_sent.get() {
            view! { <Sent /> }.into_any()
        } else {
            view! { <ApplicationForm is_sent /> }.into_any()
        }
    })
}

#[component]
fn ApplicationForm(is_sent: RwSignal<bool>) -> impl IntoView {
    let form = AccountForm::new();
    let is_open = use_client().sign_up().get_untracked() == SignUp::Open;
    let [username, name, password] = [(); 3].map(|()| NodeRef::<html::Input>::new());
    let note = NodeRef::<html::Textarea>::new();
    let read = move || {
        let username = value_of(username).trim().to_owned();
        let username = form.checked(Entry::Username, username, || words().no_username)?;
        let name = form.checked_name(Entry::Name, &value_of(name))?;
        let password = checked_password(form, value_of(password))?;
        let note = note.get_untracked().map(|note| note.value());
        Some(NewApplication {
            username,
            name,
            password,
            note: note.unwrap_or_default(),
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(application) = read() else { return };
        form.submit(async move {
            if let Some(profile) = account::sign_up(&application).await? {
                return Ok(profile);
            }
            is_sent.try_set(true);
            pending().await
        });
    };
    let lead = move || {
        if is_open {
            words().sign_up_open_lead
        } else {
            words().sign_up_lead
        }
    };
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(move || sign_up_words(is_open))></h1>
                <p class="card__lead" use:set_text=dynamic_text(lead)></p>
            </Head>
            <AccountField form kind=NEW_USERNAME node=username is_first=true />
            <AccountField form kind=NAME node=name />
            <AccountField form kind=NEW_PASSWORD node=password />
            <StrengthMeter password names=[username, name] />
            {(!is_open).then(|| view! { <Note form node=note /> }.into_any())}
            <AccountSubmit
                form
                label=if is_open { || words().sign_up_open_submit } else { || words().sign_up_submit }
            />
            <a class="card__link" href="/sign-in" use:set_text=tr!(sign_in.account)></a>
        </form>
    }
}

/// What an applicant says to those who decide.
#[component]
fn Note(form: AccountForm, node: NodeRef<html::Textarea>) -> impl IntoView {
    let error = optional_view(move || {
        form.error_at(Entry::Note).map(|why| {
            view! {
                <Icon glyph=Glyph::Alert />
                <span use:set_text=dynamic_text(move || why)></span>
            }
        })
    });
    view! {
        <div class="field">
            <label class="field__label" for="note" use:set_text=dynamic_text(|| words().note)></label>
            <textarea
                class="field__input"
                id="note"
                rows="3"
                maxlength="500"
                dir="auto"
                node_ref=node
                aria-invalid=reactive(move || form.is_at(Entry::Note).then_some("true"))
                aria-describedby="note-error note-hint"
                on:input=on(move |_| form.clear())
            ></textarea>
            <p class="field__error" id="note-error" role="alert">
                {error}
            </p>
            <p class="field__hint" id="note-hint" use:set_text=dynamic_text(|| words().note_hint)></p>
        </div>
    }
}

#[component]
fn Sent() -> impl IntoView {
    view! {
        <div class="card">
            <div class="state">
                <SentTitle words=|| words().sent_title />
                <p use:set_text=dynamic_text(|| words().sent_text)></p>
                <a class="button button--quiet" href="/sign-in" use:set_text=tr!(sign_in.account)></a>
            </div>
        </div>
    }
}

/// The way from signing in to this form, at a place that has one.
#[component]
pub(super) fn SignUpLink() -> impl IntoView {
    let sign_up = use_client().sign_up();
    optional_view(move || {
        let sign_up = sign_up.get();
        let is_open = sign_up == SignUp::Open;
        (sign_up != SignUp::Off).then(|| {
            view! {
                <a
                    class="card__link"
                    href="/sign-up"
                    use:set_text=dynamic_text(move || sign_up_words(is_open))
                ></a>
            }
        })
    })
}

fn sign_up_words(is_open: bool) -> &'static str {
    if is_open {
        words().sign_up_open_title
    } else {
        words().sign_up_title
    }
}
