//! What stands in the place of a form: somebody is signed in already, or the link does not work.
//! A guest chooses whether to become the account that the link offers.

use leptos::prelude::*;
use shared::model::Profile;

use super::form::Words;
use crate::api::IdentityProvider;
use crate::components::form::{FormState, sentence};
use crate::components::icons::{Glyph, Icon};
use crate::components::provider_link::keeping_link;
use crate::i18n::account::words;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// What a guest may become by the link.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    /// What it is called, with the guest's name.
    pub(super) label: fn(&str) -> String,
    pub(super) is_chosen: RwSignal<bool>,
}

/// As whom somebody is signed in, and the ways on.
#[component]
pub(super) fn SignedIn(
    profile: Profile,
    /// For a guest who may become an account.
    offer: Option<Offer>,
    /// The identity provider, for a guest who wants to sign in.
    provider: Option<IdentityProvider>,
) -> impl IntoView {
    let (client, form) = (use_client(), FormState::new());
    let (text, sign_out_label): (Words, Words) = match (&offer, &provider) {
        (Some(_), _) => (|| words().guest_text, || words().start_fresh),
        (None, Some(_)) => (|| words().guest_provider, || words().start_fresh),
        (None, None) => (|| words().signed_in_text, || words().sign_out_first),
    };
    let is_offered = offer.is_some() || provider.is_some();
    let name = profile.name.clone();
    let offer = offer.map(|Offer { label, is_chosen }| {
        view! {
            <button
                class="button"
                type="button"
                on:click=on(move |_| is_chosen.set(true))
                use:set_text=dynamic_text(move || label(&name))
            ></button>
        }
        .into_any()
    });
    let chat_class = if is_offered {
        "button button--quiet"
    } else {
        "button"
    };
    let sign_out = move |_| form.submit(async move { client.sign_out().await });
    let error = move || form.failure(|failure| Some(sentence(failure)));
    view! {
        <div class="card">
            <div class="state">
                <h1 class="state__title" use:set_text=dynamic_text(move || {
                    (words().signed_in_title)(&profile.name)
                })></h1>
                <p use:set_text=dynamic_text(text)></p>
                <p
                    class="dialog__error"
                    role="alert"
                    use:set_text=dynamic_text(move || error().unwrap_or_default())
                ></p>
                {offer}
                {provider.map(keeping_link)}
                <a class=chat_class href="/" use:set_text=dynamic_text(|| words().go_to_chat)></a>
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(sign_out)
                    use:set_text=dynamic_text(sign_out_label)
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
