//! Signing in with a username and a password.

use leptos::prelude::*;
use leptos::{ev, html};

use super::field::{AccountField, AccountSubmit, Head, PASSWORD, USERNAME};
use super::form::{AccountForm, Entry};
use super::sign_up::SignUpLink;
use crate::api::account;
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, optional_view, set_text};

/// The form.
#[component]
pub(super) fn PasswordForm() -> impl IntoView {
    let form = AccountForm::new();
    let guests = use_client().guests();
    let (username, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let read = move || {
        let name = value_of(username).trim().to_owned();
        let name = form.checked(Entry::Username, name, || words().no_username)?;
        let password = form.checked(Entry::Password, value_of(password), || words().no_password)?;
        Some((name, password))
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some((name, password)) = read() {
            form.submit(async move { account::sign_in(&name, &password).await });
        }
    };
    let as_guest = optional_view(move || {
        guests.get().then(|| {
            view! { <a class="card__link" href="/" use:set_text=dynamic_text(|| words().as_guest)></a> }
        })
    });
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(|| words().sign_in_title)></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().sign_in_lead)></p>
            </Head>
            <AccountField form kind=USERNAME node=username is_first=true />
            <AccountField form kind=PASSWORD node=password />
            <AccountSubmit form label=|| words().sign_in_submit />
            <SignUpLink />
            {as_guest}
        </form>
    }
}
