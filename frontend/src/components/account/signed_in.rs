//! What stands in the place of a form: somebody is signed in already, or the link does not work.

use leptos::prelude::*;
use shared::model::Profile;

use crate::components::form::{FormState, sentence};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::account::words;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// As whom somebody is signed in, and the two ways on.
#[component]
pub(super) fn SignedIn(profile: Profile) -> impl IntoView {
    let (client, form) = (use_client(), FormState::new());
    let sign_out = move |_| form.submit(async move { client.sign_out().await });
    let error = move || form.failure(|failure| Some(sentence(failure)));
    view! {
        <div class="card">
            <div class="state">
                <h1 class="state__title" use:set_text=dynamic_text(move || {
                    (words().signed_in_title)(&profile.name)
                })></h1>
                <p use:set_text=dynamic_text(|| words().signed_in_text)></p>
                <p
                    class="dialog__error"
                    role="alert"
                    use:set_text=dynamic_text(move || error().unwrap_or_default())
                ></p>
                <a class="button" href="/" use:set_text=dynamic_text(|| words().go_to_chat)></a>
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(sign_out)
                    use:set_text=dynamic_text(|| words().sign_out_first)
                ></button>
            </div>
        </div>
    }
}

/// The link is not complete, or does not work any more.
#[component]
pub(super) fn DeadLink() -> impl IntoView {
    view! {
        <div class="card">
            <div class="state" role="alert">
                <Icon glyph=Glyph::Alert />
                <h1 class="state__title" use:set_text=dynamic_text(|| words().dead_title)></h1>
                <p use:set_text=dynamic_text(|| words().dead_text)></p>
                <a class="button button--quiet" href="/sign-in" use:set_text=tr!(sign_in.account)></a>
            </div>
        </div>
    }
}
