//! The identity at the identity provider: linking it, and unlinking it.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::at_provider::leave_for;
use super::confirmation::Confirmation;
use crate::api::identity::{self, LinkedIdentity, OwnIdentity};
use crate::components::form::{FormState, sentence};
use crate::i18n::settings::{IdentityStrings, words};
use crate::i18n::{format, provider, t};
use crate::state::use_client;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

fn texts() -> &'static IdentityStrings {
    words().identity
}

/// The state of the part.
#[derive(Clone, Copy)]
struct IdentityPart {
    form: FormState,
    /// What the provider is called.
    label: StoredValue<String>,
    linked: RwSignal<Option<LinkedIdentity>>,
    /// Whether it has just been unlinked.
    is_unlinked: RwSignal<bool>,
}

impl IdentityPart {
    /// Links an identity, or unlinks the one that there is.
    fn act(self) {
        let is_linked = self.linked.read_untracked().is_some();
        self.is_unlinked.set(false);
        self.form.submit(async move {
            if is_linked {
                identity::unlink().await?;
                self.linked.try_set(None);
                self.is_unlinked.try_set(true);
                return Ok(());
            }
            leave_for(identity::begin_link().await?).await
        });
    }

    fn text(self) -> String {
        let today = use_client().today();
        self.label.with_value(|label| match &*self.linked.read() {
            Some(LinkedIdentity { name, linked_at }) => {
                let day = format::day(*linked_at, today.get(), &t().when);
                (texts().linked)(label, name, &day)
            }
            None => (texts().lead)(label),
        })
    }

    fn button(self) -> String {
        match *self.linked.read() {
            Some(_) => texts().unlink.to_owned(),
            None => self.label.with_value(|label| (texts().link)(label)),
        }
    }
}

/// The part of the page; nothing without a provider.
#[component]
pub(super) fn Identity() -> impl IntoView {
    let own = RwSignal::new(None::<OwnIdentity>);
    spawn_local(async move {
        if let Ok(found) = identity::own().await {
            own.try_set(Some(found));
        }
    });
    optional_view(move || {
        let OwnIdentity { label, linked } = own.get()?;
        let part = IdentityPart {
            form: FormState::new(),
            label: StoredValue::new(label?),
            linked: RwSignal::new(linked),
            is_unlinked: RwSignal::new(false),
        };
        Some(view_of(part))
    })
}

fn view_of(part: IdentityPart) -> AnyView {
    let IdentityPart {
        form,
        label,
        is_unlinked,
        ..
    } = part;
    let error = move || {
        form.failure(|failure| match failure.code() {
            _ if failure.needs_confirmation() => None,
            Some(code) => Some(provider::refusal(code)),
            None => Some(sentence(failure)),
        })
    };
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(move || label.with_value(|label| (texts().title)(label)))></h3>
            <p use:set_text=dynamic_text(move || part.text())></p>
            <div class="settings__row">
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(move |_| part.act())
                    use:set_text=dynamic_text(move || part.button())
                ></button>
            </div>
            <Confirmation form again=Arc::new(move || part.act()) />
            <p
                class="dialog__error"
                role="alert"
                use:set_text=dynamic_text(move || error().unwrap_or_default())
            ></p>
            <p role="status" use:set_text=dynamic_text(move || {
                if is_unlinked.get() { texts().is_unlinked } else { "" }
            })></p>
        </div>
    }
    .into_any()
}
