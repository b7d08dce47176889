//! The sign-in page: one field for the name.

use std::future::pending;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::text;

use super::first_frame;
use super::form::{FormError, FormState, TextField, value_of};
use super::icons::{Glyph, Icon};
use super::provider_link::provider_link;
use super::wordmark::Wordmark;
use crate::browser;
use crate::i18n::{self, t};
use crate::navigation;
use crate::state::{Client, Failure, Language, SignedOut, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, reactive, set_text};

/// The page of someone who is not signed in.
#[component]
pub fn SignIn(
    /// Why nobody is signed in.
    reason: SignedOut,
) -> impl IntoView {
    let form = FormState::new();
    // The last answer of the server counts, as does the reason when the page opened.
    let closed = move || match (reason, form.failure(Failure::code)) {
        (_, Some(ErrorCode::GuestsOff)) | (SignedOut::Forbidden(ErrorCode::GuestsOff), None) => {
            Some(RefusedFor::Guests)
        }
        (_, Some(ErrorCode::OriginForbidden | ErrorCode::HostForbidden))
        | (SignedOut::Forbidden(_), None) => Some(RefusedFor::Address),
        _ => None,
    };
    // While signing in is possible the form stays the same, with its input.
    let open = memo(move || closed().is_none());
    view! {
        <main class="sign-in">
            {reactive(move || {
                if open.get() {
                    view! { <SignInForm form reason /> }.into_any()
                } else {
                    let closed = untrack(closed).unwrap_or(RefusedFor::Address);
                    view! { <SignInRefused form closed /> }.into_any()
                }
            })}
            <Languages />
        </main>
    }
}

/// Why signing in is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefusedFor {
    Guests,
    Address,
}

#[component]
fn SignInForm(form: FormState, reason: SignedOut) -> impl IntoView {
    let client = use_client();
    let keeps = reason != SignedOut::NotKept && browser::takes_cookies();
    let word = match reason {
        _ if !keeps => Some(tr!(sign_in.not_kept)),
        SignedOut::Ended => Some(tr!(sign_in.ended)),
        _ => None,
    };
    let node = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match text::name(&value_of(node), &client.limits().get_untracked()) {
            Ok(name) => form.submit(sign_in_with_waits(client, form, name)),
            Err(error) => form.refuse(error),
        }
    };
    let provider = optional_view(move || {
        let provider = client.provider().get();
        provider.map(|provider| provider_link(provider, "button button--quiet"))
    });
    let refused = navigation::take_refused();
    effect(move || {
        let Some(input) = node.get() else { return };
        first_frame::take_over(move |typed| {
            typed.go_on(&input);
            if let Some(code) = refused {
                match text::name(&input.value(), &client.limits().get_untracked()) {
                    Err(error) => form.refuse(error),
                    Ok(_) => form.fail(Failure::Refused(Box::new(Refusal::of(code)))),
                }
            }
        });
    });
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <div class="card__head">
                <Wordmark />
                <h1 class="card__title" use:set_text=tr!(sign_in.title)></h1>
                <p class="card__lead" use:set_text=tr!(sign_in.lead)></p>
            </div>
            {word.map(|word| view! { <p class="card__ended" role="alert" use:set_text=word></p> }.into_any())}
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
                aria-disabled=reactive(move || form.busy().then_some("true"))
            use:set_text=dynamic_text(move || {
                    if form.busy() { t().sign_in.submitting } else { t().sign_in.submit }
                })
            ></button>
            {keeps.then(|| view! { <p class="card__note" use:set_text=tr!(sign_in.guest)></p> }.into_any())}
            {provider}
            <a class="card__link" href="/sign-in" use:set_text=tr!(sign_in.account)></a>
        </form>
    }
}

/// Signs in; repeats it as long as the server asks to wait.
async fn sign_in_with_waits(client: Client, form: FormState, name: String) -> Result<(), Failure> {
    loop {
        let result = client.sign_in(name.clone()).await;
        let wait = result.as_ref().err().and_then(Failure::wait_ms);
        match wait.filter(|_| form.is_here()) {
            Some(millis) => form.wait(millis).await,
            // The form stays as it is until the conversation takes its place.
            None if result.is_ok() => pending().await,
            None => return result,
        }
    }
}

#[component]
fn SignInRefused(form: FormState, closed: RefusedFor) -> impl IntoView {
    let (title, text) = match closed {
        RefusedFor::Guests => (tr!(sign_in.guests_off_title), tr!(sign_in.guests_off_text)),
        RefusedFor::Address => (tr!(sign_in.forbidden_title), tr!(sign_in.forbidden_text)),
    };
    let client = use_client();
    first_frame::take_over(drop);
    view! {
        <div class="card">
            <Wordmark />
            <div class="state" role="alert">
                <Icon glyph=Glyph::Alert />
                <h1 class="state__title" use:set_text=title></h1>
                <p use:set_text=text></p>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| {
                        form.clear();
                        client.reconnect_now();
                    })
                use:set_text=tr!(sign_in.try_again)></button>
                {(closed == RefusedFor::Guests).then(|| view! { <a class="card__link" href="/sign-in" use:set_text=tr!(sign_in.account)></a> }.into_any())}
            </div>
        </div>
    }
}

/// The choice of the language, for pages without a conversation.
#[component]
pub fn Languages() -> impl IntoView {
    let client = use_client();
    let button = move |language: Language| {
        view! {
            <button
                class="language"
                type="button"
                lang=language.tag()
                aria-pressed=reactive(move || (i18n::language() == language).to_string())
                on:click=on(move |_| client.choose_language(Some(language)))
            >
                {language.own_name()}
            </button>
        }
    };
    view! {
        <div class="languages" role="group" aria-label=tr!(sign_in.language)>
            {Language::ALL.map(button)}
        </div>
    }
}
