//! A forgotten password: asking for a link by mail.

use std::future::pending;

use leptos::prelude::*;
use leptos::{ev, html};

use super::field::{AccountField, AccountSubmit, FieldKind, Head, SentTitle, USERNAME};
use super::form::{AccountForm, Entry};
use crate::api::account;
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::view::{dynamic_text, on, reactive, set_text};

const NAME: FieldKind = FieldKind {
    label: || words().forgot_name,
    ..USERNAME
};

/// The form, and then what happens next. Whether there is such an account is not said.
#[component]
pub(super) fn Forgotten() -> impl IntoView {
    let is_sent = RwSignal::new(false);
    reactive(move || {
        if is_sent.get() {
            view! { <ForgottenSent /> }.into_any()
        } else {
            view! { <ForgottenForm is_sent /> }.into_any()
        }
    })
}

#[component]
fn ForgottenForm(is_sent: RwSignal<bool>) -> impl IntoView {
    let form = AccountForm::new();
    let name = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = value_of(name).trim().to_owned();
        let Some(typed) = form.checked(Entry::Username, typed, || words().no_forgot_name) else {
            return;
        };
        form.run(async move {
            account::forgot_password(&typed).await?;
            is_sent.try_set(true);
            pending().await
        });
    };
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(|| words().forgot_title)></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().forgot_lead)></p>
            </Head>
            <AccountField form kind=NAME node=name is_first=true />
            <AccountSubmit form label=|| words().forgot_submit />
            <a class="card__link" href="/sign-in" use:set_text=dynamic_text(|| words().sign_in_title)></a>
        </form>
    }
}

#[component]
fn ForgottenSent() -> impl IntoView {
    view! {
        <div class="card">
            <div class="state">
                <SentTitle words=|| words().forgot_sent_title />
                <p use:set_text=dynamic_text(|| words().forgot_sent_text)></p>
                <a class="button button--quiet" href="/sign-in" use:set_text=dynamic_text(|| words().sign_in_title)></a>
            </div>
        </div>
    }
}
