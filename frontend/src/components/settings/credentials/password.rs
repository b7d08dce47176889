//! Changing the password, or setting a first one.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use web_sys::Event;

use super::texts::texts;
use crate::api::own_account::change_password;
use crate::components::account::field::{AccountField, AccountSubmit, FieldKind, NEW_PASSWORD};
use crate::components::account::form::{AccountForm, Entry, Words};
use crate::components::account::strength::{PASSWORD_CHARS, StrengthMeter};
use crate::components::form::value_of;
use crate::components::settings::confirmation::Confirmation;
use crate::components::settings::known_account::KnownAccount;
use crate::i18n::account::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, reactive, set_text};

const CHANGED_PASSWORD: FieldKind = FieldKind {
    id: "new-password",
    label: || texts().new_password,
    ..NEW_PASSWORD
};

/// The part of the page.
#[component]
pub(super) fn PasswordPart(account: KnownAccount, has_password: Memo<bool>) -> impl IntoView {
    let form = AccountForm::new();
    let [username, name, password] = [(); 3].map(|()| NodeRef::<html::Input>::new());
    let is_changed = RwSignal::new(false);
    let change = move || {
        let typed = value_of(password);
        is_changed.set(false);
        if typed.chars().count() < PASSWORD_CHARS {
            form.refuse(Entry::Password, || words().short_password);
            return;
        }
        form.run(async move {
            change_password(&typed).await?;
            if let Some(input) = password.get_untracked() {
                input.set_value("");
                // The meter forgets what it has judged.
                if let Ok(event) = Event::new("input") {
                    let _ = input.dispatch_event(&event);
                }
            }
            is_changed.try_set(true);
            account.try_update(|account| {
                if let Some(account) = account {
                    account.has_password = true;
                }
            });
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        change();
    };
    let me = use_client().me().get_untracked();
    let (own_username, own_name) = me.map_or_else(Default::default, |me| {
        (me.username.unwrap_or_default(), me.name)
    });
    let lead = move || {
        if has_password.get() {
            texts().password_lead
        } else {
            texts().no_password_lead
        }
    };
    let submit_button = reactive(move || {
        let label: Words = if has_password.get() {
            || texts().change
        } else {
            || texts().set
        };
        view! { <AccountSubmit form label /> }.into_any()
    });
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(|| texts().password_title)></h3>
            <p use:set_text=dynamic_text(lead)></p>
            <form class="settings__form" novalidate on:submit=on(submit)>
                // Password managers learn by it whose password it is; the meter, what no good one holds.
                <input type="text" autocomplete="username" value=own_username node_ref=username hidden=true />
                <input type="text" autocomplete="off" value=own_name node_ref=name hidden=true />
                <AccountField form kind=CHANGED_PASSWORD node=password />
                <StrengthMeter password names=[username, name] />
                {submit_button}
            </form>
            <Confirmation form=form.state() again=Arc::new(change) />
            <p role="status" use:set_text=dynamic_text(move || {
                if is_changed.get() { texts().is_changed } else { "" }
            })></p>
        </div>
    }
}
