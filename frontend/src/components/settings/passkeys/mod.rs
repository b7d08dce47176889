//! One's own passkeys: adding, naming and removing them.

mod part;
mod row;

use std::sync::Arc;

use leptos::prelude::*;
use shared::error::Field;

use super::confirmation::Confirmation;
use crate::api::passkey::OwnPasskey;
use crate::browser;
use crate::components::form::FormError;
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, reactive, set_text};
use part::{PasskeyPart, texts};
use row::row;

/// The part of the page.
#[component]
pub(in crate::components::settings) fn Passkeys() -> impl IntoView {
    let part = PasskeyPart::new();
    part.load();
    let can_add = browser::has_passkeys();
    let entries = move || {
        let passkeys = part.passkeys.read();
        let entry = |(number, passkey): &(i64, OwnPasskey)| {
            let (number, passkey) = (*number, passkey.clone());
            Entry::new((number, 0), move || row(part, number, passkey))
        };
        passkeys.iter().flatten().map(entry).collect()
    };
    let is_loaded = move || part.passkeys.read().is_some();
    let add = optional_view(move || {
        (can_add && is_loaded()).then(|| {
            view! {
                <div class="settings__row">
                    <button
                        class="button"
                        type="button"
                        node_ref=part.add_button
                        aria-disabled=reactive(move || part.form.busy().then_some("true"))
                        on:click=on(move |_| part.add())
                        use:set_text=dynamic_text(|| texts().add)
                    ></button>
                </div>
            }
        })
    });
    let waiting = optional_view(move || {
        (!is_loaded()).then(|| {
            if part.form.failure(|_| Some(())).is_none() {
                return view! { <Skeleton label=tr!(app.loading) /> }.into_any();
            }
            view! {
                <div class="settings__row">
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| part.load())
                        use:set_text=tr!(sign_in.try_again)
                    ></button>
                </div>
            }
            .into_any()
        })
    });
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(|| texts().title)></h3>
            <p use:set_text=dynamic_text(move || {
                if can_add { texts().lead } else { texts().no_support }
            })></p>
            <ul class="settings__list">{list(entries)}</ul>
            {waiting}
            {add}
            <Confirmation form=part.form again=Arc::new(move || part.act_again()) />
            <FormError form=part.form fields=&[Field::Name] />
            <p role="status" use:set_text=dynamic_text(move || {
                part.note()
            })></p>
        </div>
    }
}
