//! Signing in: with the identity provider, or with a username and a password.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::ErrorCode;

use super::field::{AccountField, AccountSubmit, CodeField, Head, PASSWORD, USERNAME};
use super::form::{AccountForm, Entry};
use super::passkey::PasskeySignIn;
use super::sign_up::SignUpLink;
use crate::api::account;
use crate::browser;
use crate::components::form::value_of;
use crate::components::provider_link::provider_link;
use crate::i18n::account::words;
use crate::i18n::provider;
use crate::navigation;
use crate::state::{SessionState, SignedOut, use_client};
use crate::view::{dynamic_text, memo, on, optional_view, reactive, set_text};

/// The address at which owners find the form for passwords where the provider is the only way in.
const WITH_PASSWORD: &str = "?password";

/// All ways to sign in that there are.
#[component]
pub(super) fn SignIn() -> impl IntoView {
    let provider = use_client().provider();
    let search = browser::window().location().search().unwrap_or_default();
    let refused = navigation::take_refused();
    let asks_for_password = search == WITH_PASSWORD;
    // The form stays the same, with what was typed, when more of the place becomes known.
    let only = memo(move || {
        let provider = provider.get();
        provider.filter(|provider| provider.is_only_way && !asks_for_password)
    });
    let refusal = move || {
        refused.map(|code| {
            view! {
                <p
                    class="dialog__error"
                    role="alert"
                    use:set_text=dynamic_text(move || provider::refusal(code))
                ></p>
            }
            .into_any()
        })
    };
    reactive(move || {
        match only.get() {
        Some(provider) => view! {
            <div class="card">
                <Head>
                    <h1 class="card__title" use:set_text=dynamic_text(|| words().sign_in_title)></h1>
                </Head>
                {refusal()}
                {provider_link(provider, "button")}
                <AsGuest />
            </div>
        }
        .into_any(),
        None => view! { <PasswordForm refusal=refusal() /> }.into_any(),
    }
    })
}

/// The form for a username and a password; below it the identity provider.
#[component]
fn PasswordForm(
    /// Why an earlier sign-in with the provider failed.
    refusal: Option<AnyView>,
) -> impl IntoView {
    let form = AccountForm::new();
    let (username, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let code = NodeRef::<html::Input>::new();
    // Whether the server has asked for a code.
    let needs_code = RwSignal::new(false);
    let read = move || {
        let name = value_of(username).trim().to_owned();
        let name = form.checked(Entry::Username, name, || words().no_username)?;
        let password = form.checked(Entry::Password, value_of(password), || words().no_password)?;
        let code = if needs_code.get_untracked() {
            let code = value_of(code).trim().to_owned();
            Some(form.checked(Entry::Code, code, || words().no_code)?)
        } else {
            None
        };
        Some((name, password, code))
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some((name, password, code)) = read() {
            form.run(async move {
                match account::sign_in(&name, &password, code.as_deref()).await {
                    Ok(profile) => form.finish(false, async { Ok(profile) }).await,
                    Err(failure) if failure.code() == Some(ErrorCode::CodeRequired) => {
                        needs_code.try_set(true);
                        Ok(())
                    }
                    Err(failure) => Err(failure),
                }
            });
        }
    };
    let why = match use_client().session().get_untracked() {
        SessionState::SignedOut(SignedOut::Ended | SignedOut::AccountEnded) => Some(()),
        _ => None,
    };
    let why = why.map(|()| {
        view! { <p class="card__ended" role="alert" use:set_text=dynamic_text(|| words().ended)></p> }
            .into_any()
    });
    let code_field = optional_view(move || {
        needs_code
            .get()
            .then(|| view! { <CodeField form node=code /> })
    });
    let provider = use_client().provider();
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(|| words().sign_in_title)></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().sign_in_lead)></p>
            </Head>
            {why}
            {refusal}
            <AccountField form kind=USERNAME node=username is_first=true />
            <AccountField form kind=PASSWORD node=password />
            {code_field}
            <AccountSubmit form label=|| words().sign_in_submit />
            <ForgotLink />
            <PasskeySignIn form />
            {optional_view(move || {
                provider.get().map(|provider| provider_link(provider, "button button--quiet"))
            })}
            <SignUpLink />
            <AsGuest />
        </form>
    }
}

/// The way to a new password, where the server sends mail.
#[component]
fn ForgotLink() -> impl IntoView {
    let sends_mail = use_client().sends_mail();
    optional_view(move || {
        sends_mail.get().then(|| {
            view! { <a class="card__link" href="/forgot" use:set_text=dynamic_text(|| words().forgot_link)></a> }
        })
    })
}

#[component]
fn AsGuest() -> impl IntoView {
    let guests = use_client().guests();
    optional_view(move || {
        guests.get().then(|| {
            view! { <a class="card__link" href="/" use:set_text=dynamic_text(|| words().as_guest)></a> }
        })
    })
}
