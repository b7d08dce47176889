//! The way in: one name, and a door.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::{ErrorCode, Field};
use shared::text;

use super::form::{FormError, FormState, TextField, value_of};
use super::icons::{Glyph, Icon};
use super::wordmark::Wordmark;
use crate::i18n::{self, t};
use crate::state::{Failure, Language, SignedOut, use_client};
use crate::tr;
use crate::view::{live, memo, on, watch};

/// The page of someone who is not signed in.
#[component]
pub fn SignIn(
    /// Why nobody is.
    reason: SignedOut,
) -> impl IntoView {
    let form = FormState::new();
    // What the server said now counts as much as what it said when the page opened.
    let closed = move || match (reason, form.failure(Failure::code)) {
        (_, Some(ErrorCode::GuestsOff)) | (SignedOut::Forbidden(ErrorCode::GuestsOff), None) => {
            Some(Closed::Guests)
        }
        (_, Some(ErrorCode::OriginForbidden | ErrorCode::HostForbidden))
        | (SignedOut::Forbidden(_), None) => Some(Closed::Address),
        _ => None,
    };
    // As long as the door is open it stays the same, with what was typed in it.
    let open = memo(move || closed().is_none());
    view! {
        <main class="sign-in">
            {live(move || {
                if open.get() {
                    view! { <Door form ended=reason == SignedOut::Ended /> }.into_any()
                } else {
                    let closed = untrack(closed).unwrap_or(Closed::Address);
                    view! { <ClosedDoor closed /> }.into_any()
                }
            })}
            <Languages />
        </main>
    }
}

/// Why nobody can get in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    Guests,
    Address,
}

#[component]
fn Door(form: FormState, ended: bool) -> impl IntoView {
    let client = use_client();
    let node = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match text::name(&value_of(node), &client.limits().get_untracked()) {
            Ok(name) => form.submit(client.sign_in(name)),
            Err(error) => form.refuse(error),
        }
    };
    watch(move || {
        if let Some(input) = node.get() {
            let _ = input.focus();
        }
    });
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <div class="card__head">
                <Wordmark />
                <h1 class="card__title">{tr!(sign_in.title)}</h1>
                <p class="card__lead">{tr!(sign_in.lead)}</p>
            </div>
            {ended.then(|| view! { <p class="card__ended">{tr!(sign_in.ended)}</p> }.into_any())}
            <TextField
                form
                field=Field::Name
                id="name"
                label=tr!(sign_in.name)
                hint=tr!(sign_in.name_hint)
                node
                autocomplete="nickname"
            />
            <FormError form fields=&[Field::Name] />
            <button
                class="button"
                type="submit"
                aria-disabled=live(move || form.busy().then_some("true"))
            >
                {live(move || if form.busy() { t().sign_in.submitting } else { t().sign_in.submit })}
            </button>
            <p class="card__note">{tr!(sign_in.guest)}</p>
        </form>
    }
}

#[component]
fn ClosedDoor(closed: Closed) -> impl IntoView {
    let (title, text) = match closed {
        Closed::Guests => (tr!(sign_in.guests_off_title), tr!(sign_in.guests_off_text)),
        Closed::Address => (tr!(sign_in.forbidden_title), tr!(sign_in.forbidden_text)),
    };
    let client = use_client();
    view! {
        <div class="card">
            <Wordmark />
            <div class="state" role="alert">
                <Icon glyph=Glyph::Alert />
                <h1 class="state__title">{title}</h1>
                <p>{text}</p>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| client.reconnect_now())
                >
                    {tr!(sign_in.try_again)}
                </button>
            </div>
        </div>
    }
}

#[component]
fn Languages() -> impl IntoView {
    let client = use_client();
    let button = move |language: Language| {
        let strings = language.strings();
        view! {
            <button
                class="language"
                type="button"
                lang=strings.tag
                aria-pressed=live(move || (i18n::language() == language).to_string())
                on:click=on(move |_| client.change_settings(|all| all.language = Some(language)))
            >
                {strings.own_name}
            </button>
        }
    };
    view! {
        <div class="languages" role="group" aria-label=tr!(sign_in.language)>
            {Language::ALL.map(button)}
        </div>
    }
}
