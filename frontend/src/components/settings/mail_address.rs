//! The address at which the person gets mail: asking for one, and removing it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen_futures::spawn_local;

use super::confirmation::Confirmation;
use crate::api::mail::{self, OwnMail, OwnMailAddress};
use crate::components::account::field::{AccountField, AccountSubmit, FieldKind};
use crate::components::account::form::{AccountForm, Entry};
use crate::components::form::{FormError, FormState, value_of};
use crate::i18n::settings::{MailAddressStrings, words};
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

fn texts() -> &'static MailAddressStrings {
    words().mail_address
}

const ADDRESS: FieldKind = FieldKind {
    entry: Entry::Mail,
    id: "mail-address",
    autocomplete: "email",
    inputmode: Some("email"),
    label: || texts().label,
    hint: || texts().hint,
};

/// The part of the page; nothing where the server sends no mail and there is no address.
#[component]
pub(super) fn MailAddressPart() -> impl IntoView {
    let own = RwSignal::new(OwnMail::default());
    spawn_local(async move {
        if let Ok(found) = mail::own().await {
            own.try_set(found);
        }
    });
    let sends = crate::view::memo(move || own.read().sends_mail);
    let has_any = crate::view::memo(move || own.read().mail_address.is_some());
    optional_view(move || {
        (sends.get() || has_any.get()).then(|| {
            view! {
                <div class="settings__part">
                    <h3 use:set_text=dynamic_text(|| texts().title)></h3>
                    <p use:set_text=dynamic_text(move || present_address(&own.read()))></p>
                    {optional_view(move || sends.get().then(|| view! { <AskForm own /> }))}
                    {optional_view(move || has_any.get().then(|| view! { <RemoveAddress own /> }))}
                </div>
            }
        })
    })
}

/// What there is.
fn present_address(own: &OwnMail) -> String {
    let OwnMailAddress { address, asked } = own.mail_address.clone().unwrap_or_default();
    let proved = address.map_or_else(|| texts().none.to_owned(), |at| (texts().proved)(&at));
    match asked {
        Some(asked) => format!("{proved} {}", (texts().asked)(&asked)),
        None => proved,
    }
}

/// Asks for an address.
#[component]
fn AskForm(own: RwSignal<OwnMail>) -> impl IntoView {
    let form = AccountForm::new();
    let node = NodeRef::<html::Input>::new();
    let is_sent = RwSignal::new(false);
    let send = move || {
        let address = value_of(node).trim().to_owned();
        is_sent.set(false);
        let Some(address) = form.checked(Entry::Mail, address, || texts().empty) else {
            return;
        };
        form.run(async move {
            mail::ask_for(&address).await?;
            if let Some(input) = node.get_untracked() {
                input.set_value("");
            }
            is_sent.try_set(true);
            if let Ok(found) = mail::own().await {
                own.try_set(found);
            }
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="settings__form" novalidate on:submit=on(submit)>
            <AccountField form kind=ADDRESS node />
            <AccountSubmit form label=|| texts().send />
        </form>
        <Confirmation form=form.state() again=Arc::new(send) />
        <p role="status" use:set_text=dynamic_text(move || {
            if is_sent.get() { texts().is_sent } else { "" }
        })></p>
    }
}

/// Removes the address, and one that waits.
#[component]
fn RemoveAddress(own: RwSignal<OwnMail>) -> impl IntoView {
    let form = FormState::new();
    let remove = move || {
        form.submit(async move {
            mail::remove().await?;
            own.try_update(|own| own.mail_address = None);
            Ok(())
        });
    };
    view! {
        <FormError form fields=&[] />
        <div class="settings__row">
            <button
                class="button button--quiet"
                type="button"
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(move |_| remove())
                use:set_text=dynamic_text(|| texts().remove)
            ></button>
        </div>
        <Confirmation form again=Arc::new(remove) />
    }
}
