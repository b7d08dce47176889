//! Signing in with a passkey: a button, for browsers that have passkeys.

use leptos::prelude::*;

use super::form::{AccountForm, Words};
use crate::api::passkey::{self, PasskeyFailure};
use crate::browser::{self, NoPasskey};
use crate::i18n::account::words;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The button, and what is to be said when nothing came of it.
#[component]
pub(super) fn PasskeySignIn(form: AccountForm) -> impl IntoView {
    let note = RwSignal::new(None::<Words>);
    let sign_in = move |_| {
        note.set(None);
        form.submit_if(async move {
            match passkey::sign_in().await {
                Ok(profile) => Ok(Some(profile)),
                Err(PasskeyFailure::Server(failure)) => Err(failure),
                Err(PasskeyFailure::Unknown) => {
                    note.try_set(Some(|| words().passkey_unknown));
                    Ok(None)
                }
                Err(PasskeyFailure::Browser(NoPasskey::Cancelled)) => {
                    note.try_set(Some(|| words().passkey_cancelled));
                    Ok(None)
                }
                Err(PasskeyFailure::Browser(_)) => {
                    note.try_set(Some(|| words().passkey_failed));
                    Ok(None)
                }
            }
        });
    };
    browser::has_passkeys().then(|| {
        view! {
            <div class="field">
            <button
                class="button button--quiet"
                type="button"
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(sign_in)
                use:set_text=dynamic_text(|| words().passkey_sign_in)
            ></button>
            <p
                class="card__note"
                role="status"
                use:set_text=dynamic_text(move || note.get().map_or("", |words| words()))
            ></p>
            </div>
        }
        .into_any()
    })
}
