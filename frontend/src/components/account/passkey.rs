//! Passkeys in the forms of accounts: signing in with one, and joining with one in the place of a
//! password. Each is a button, for browsers that have passkeys.

use std::pin::Pin;

use leptos::prelude::*;

use super::form::{AccountForm, Words};
use crate::api::passkey::{self, Newcomer, PasskeyFailure};
use crate::browser::{self, NoPasskey};
use crate::i18n::account::words;
use crate::state::Failure;
use crate::view::{dynamic_text, on, reactive, set_text};

/// What the button does: whether something is to be said when nothing came of it.
type Work = Pin<Box<dyn Future<Output = Result<Option<Words>, Failure>>>>;

/// Signs in with a passkey.
#[component]
pub(super) fn PasskeySignIn(form: AccountForm) -> impl IntoView {
    let work = move || -> Option<Work> {
        Some(Box::pin(async move {
            match passkey::sign_in().await {
                Ok(profile) => form
                    .finish(false, async { Ok(profile) })
                    .await
                    .map(|()| None),
                Err(failure) => said(failure, || words().passkey_cancelled),
            }
        }))
    };
    button(form, || words().passkey_sign_in, Box::new(work))
}

/// Joins with a passkey, if what else was typed is right.
#[component]
pub(super) fn PasskeyJoin(
    form: AccountForm,
    /// Whether a guest becomes the account.
    keeps: bool,
    read: Box<dyn Fn() -> Option<Newcomer>>,
) -> impl IntoView {
    let work = move || -> Option<Work> {
        let newcomer = read()?;
        Some(Box::pin(async move {
            match passkey::make_for(&newcomer).await {
                Ok(body) => {
                    let joined = form.finish(keeps, passkey::join(body));
                    joined.await.map(|()| None)
                }
                Err(failure) => said(failure, || words().passkey_not_made),
            }
        }))
    };
    button(form, || words().passkey_join, Box::new(work))
}

fn said(failure: PasskeyFailure, cancelled: Words) -> Result<Option<Words>, Failure> {
    match failure {
        PasskeyFailure::Server(failure) => Err(failure),
        PasskeyFailure::Unknown => Ok(Some(|| words().passkey_unknown)),
        PasskeyFailure::Browser(NoPasskey::Cancelled) => Ok(Some(cancelled)),
        PasskeyFailure::Browser(_) => Ok(Some(|| words().passkey_failed)),
    }
}

/// A button, and below it what has come of it; nothing in a browser without passkeys.
fn button(form: AccountForm, label: Words, work: Box<dyn Fn() -> Option<Work>>) -> Option<AnyView> {
    let note = RwSignal::new(None::<Words>);
    let act = move |_| {
        note.set(None);
        if let Some(work) = work() {
            form.run(async move {
                note.try_set(work.await?);
                Ok(())
            });
        }
    };
    browser::has_passkeys().then(|| {
        view! {
            <div class="field">
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(act)
                    use:set_text=dynamic_text(label)
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
