//! Leaving the page for the identity provider, which sends the browser back.

use std::future::pending;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::typed;
use crate::api::{Failure, identity};
use crate::browser;
use crate::components::form::FormState;
use crate::i18n::settings::words;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

/// Goes to the provider; until it is there the form stays as it is.
pub(super) async fn leave_for(address: String) -> Result<(), Failure> {
    let _ = browser::window().location().assign(&address);
    pending().await
}

/// The button with which somebody proves at the provider who it is; nothing without an identity
/// there. It leaves the page.
#[component]
pub(super) fn ConfirmAtProvider(form: FormState) -> impl IntoView {
    let label = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(own) = identity::own().await {
            label.try_set(own.label.filter(|_| own.linked.is_some()));
        }
    });
    let confirm = move |_| {
        form.submit(async move {
            let address = identity::begin_confirmation(&browser::path()).await?;
            typed::store();
            leave_for(address).await
        });
    };
    optional_view(move || {
        let label = label.get()?;
        Some(view! {
            <button
                class="button button--quiet"
                type="button"
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(confirm)
                use:set_text=dynamic_text(move || (words().identity.confirm)(&label))
            ></button>
        })
    })
}
