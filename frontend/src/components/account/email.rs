//! Following the link that was mailed to an address: it proves the address.
//!
//! Opening it does nothing. It is spent by a press of a button, so that no program that looks at
//! mails spends it.

use leptos::ev;
use leptos::prelude::*;

use super::field::{AccountSubmit, Head, SentTitle};
use super::form::AccountForm;
use crate::api::mail;
use crate::i18n::account::words;
use crate::view::{dynamic_text, on, reactive, set_text};

/// One button, and then that it is done.
#[component]
pub(super) fn ProveEmail(token: String) -> impl IntoView {
    let is_proved = RwSignal::new(false);
    reactive(move || {
        let token = token.clone();
        if is_proved.get() {
            view! { <Proved /> }.into_any()
        } else {
            view! { <ProofForm token is_proved /> }.into_any()
        }
    })
}

#[component]
fn ProofForm(token: String, is_proved: RwSignal<bool>) -> impl IntoView {
    let form = AccountForm::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let token = token.clone();
        form.run(async move {
            mail::prove(&token).await?;
            is_proved.try_set(true);
            Ok(())
        });
    };
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(|| words().email_title)></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().email_lead)></p>
            </Head>
            <AccountSubmit form label=|| words().email_submit is_first=true />
            <a class="card__link" href="/" use:set_text=dynamic_text(|| words().go_to_chat)></a>
        </form>
    }
}

#[component]
fn Proved() -> impl IntoView {
    view! {
        <div class="card">
            <div class="state">
                <SentTitle words=|| words().email_done />
                <p use:set_text=dynamic_text(|| words().email_done_text)></p>
                <a class="button" href="/" use:set_text=dynamic_text(|| words().go_to_chat)></a>
            </div>
        </div>
    }
}

/// Nobody is signed in.
#[component]
pub(super) fn SignInFirst() -> impl IntoView {
    view! {
        <div class="card">
            <div class="state" role="alert">
                <h1 class="state__title" use:set_text=dynamic_text(|| words().email_title)></h1>
                <p use:set_text=dynamic_text(|| words().email_sign_in)></p>
                <a class="button" href="/sign-in" use:set_text=dynamic_text(|| words().sign_in_title)></a>
            </div>
        </div>
    }
}
