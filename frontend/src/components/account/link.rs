//! Following a link that works once: a new password, or one's own session on this device.
//!
//! Opening it only looks it up. It is spent by a press of a button, so that no program that shows
//! a preview of the link spends it.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::ErrorCode;
use shared::model::Profile;
use wasm_bindgen_futures::spawn_local;

use super::field::{AccountField, AccountSubmit, CodeField, Head, NEW_PASSWORD};
use super::form::{AccountForm, Entry};
use super::signed_in::DeadLink;
use super::strength::{PASSWORD_CHARS, StrengthMeter};
use super::unanswered::unanswered;
use crate::api::Failure;
use crate::api::links::{self, LinkPurpose, OneTimeLink};
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

/// The link with this secret.
#[component]
pub(super) fn FollowLink(token: String) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<OneTimeLink, Failure>>);
    let secret = StoredValue::new(token);
    let look_up = move || {
        answer.set(None);
        spawn_local(async move {
            let found = links::look_up(&secret.get_value()).await;
            let _ = answer.try_set(Some(found));
        });
    };
    look_up();
    reactive(move || {
        let token = secret.get_value();
        match answer.get() {
            Some(Ok(OneTimeLink {
                purpose,
                user: Some(person),
            })) => match purpose {
                LinkPurpose::Reset => view! { <ResetForm token person /> }.into_any(),
                LinkPurpose::Transfer => view! { <TransferForm token person /> }.into_any(),
                LinkPurpose::Other => view! { <DeadLink /> }.into_any(),
            },
            Some(Ok(_)) => view! { <DeadLink /> }.into_any(),
            Some(Err(failure)) => unanswered(Some(failure), Box::new(look_up)),
            None => unanswered(None, Box::new(look_up)),
        }
    })
}

/// One button, which signs in.
#[component]
fn TransferForm(token: String, person: Profile) -> impl IntoView {
    let form = AccountForm::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let token = token.clone();
        form.submit(async move { links::sign_in(&token).await });
    };
    let name = person.name;
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(move || {
                    (words().transfer_title)(&name)
                })></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().transfer_lead)></p>
            </Head>
            <AccountSubmit form label=|| words().transfer_submit is_first=true />
        </form>
    }
}

/// A new password. Password managers learn from a hidden field whose it is.
#[component]
fn ResetForm(token: String, person: Profile) -> impl IntoView {
    let form = AccountForm::new();
    let [username, none, password, code] = [(); 4].map(|()| NodeRef::<html::Input>::new());
    // Whether the server has asked for a code.
    let needs_code = RwSignal::new(false);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = value_of(password);
        if typed.chars().count() < PASSWORD_CHARS {
            return form.refuse(Entry::Password, || words().short_password);
        }
        let code = value_of(code).trim().to_owned();
        if needs_code.get_untracked() && code.is_empty() {
            return form.refuse(Entry::Code, || words().no_code);
        }
        let token = token.clone();
        form.run(async move {
            let code = Some(&*code).filter(|code| !code.is_empty());
            match links::reset_password(&token, &typed, code).await {
                Err(failure) if failure.code() == Some(ErrorCode::CodeRequired) => {
                    let _ = needs_code.try_set(true);
                    Ok(())
                }
                answer => form.finish(false, async { answer }).await,
            }
        });
    };
    let code_field = optional_view(move || {
        needs_code
            .get()
            .then(|| view! { <CodeField form node=code /> })
    });
    let name = person.name;
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(move || {
                    (words().reset_title)(&name)
                })></h1>
                <p class="card__lead" use:set_text=dynamic_text(|| words().reset_lead)></p>
            </Head>
            <input
                hidden
                type="text"
                name="username"
                autocomplete="username"
                value=person.username
                node_ref=username
            />
            <AccountField form kind=NEW_PASSWORD node=password is_first=true />
            <StrengthMeter password names=[username, none] />
            {code_field}
            <AccountSubmit form label=|| words().reset_submit />
        </form>
    }
}
