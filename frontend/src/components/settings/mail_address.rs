//! The address at which the person gets mail: asking for one, and removing it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};

use super::confirmation::Confirmation;
use super::known_account::KnownAccount;
use crate::api::mail::{self, OwnMailAddress};
use crate::api::own_account::own_account;
use crate::components::account::field::{AccountField, AccountSubmit, FieldKind};
use crate::components::account::form::{AccountForm, Entry};
use crate::components::form::{FormError, FormState, value_of};
use crate::i18n::settings::{MailAddressStrings, words};
use crate::view::{dynamic_text, memo, on, optional_view, reactive, set_text};

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
pub(super) fn MailAddressPart(account: KnownAccount) -> impl IntoView {
    let sends = memo(move || account.read().as_ref().is_some_and(|own| own.sends_mail));
    let addresses = memo(move || {
        let account = account.read();
        account.as_ref().and_then(|own| own.mail_address.clone())
    });
    let has_any = memo(move || addresses.read().is_some());
    optional_view(move || {
        (sends.get() || has_any.get()).then(|| {
            view! {
                <div class="settings__part">
                    <h3 use:set_text=dynamic_text(|| texts().title)></h3>
                    <p use:set_text=dynamic_text(move || present_address(addresses.get().unwrap_or_default()))></p>
                    {optional_view(move || sends.get().then(|| view! { <AskForm account /> }))}
                    {optional_view(move || has_any.get().then(|| view! { <RemoveAddress account /> }))}
                </div>
            }
        })
    })
}

/// What there is.
fn present_address(addresses: OwnMailAddress) -> String {
    let OwnMailAddress { address, asked } = addresses;
    let proved = address.map_or_else(|| texts().none.to_owned(), |at| (texts().proved)(&at));
    match asked {
        Some(asked) => format!("{proved} {}", (texts().asked)(&asked)),
        None => proved,
    }
}

/// Asks for an address.
#[component]
fn AskForm(account: KnownAccount) -> impl IntoView {
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
            if let Ok(found) = own_account().await {
                account.try_set(Some(found));
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
fn RemoveAddress(account: KnownAccount) -> impl IntoView {
    let form = FormState::new();
    let remove = move || {
        form.submit(async move {
            mail::remove().await?;
            account.try_update(|account| {
                if let Some(own) = account {
                    own.mail_address = None;
                }
            });
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
