//! What the server has stored about the person: taking it along, and having it erased.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::model::Role;

use crate::api::profile::{EXPORT, delete_account};
use crate::browser::{self, BrowserStorage};
use crate::components::form::{FormError, FormState};
use crate::components::settings::confirmation::{Again, Confirmation};
use crate::i18n::settings::words;
use crate::state::{PageSettings, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, on, reactive, set_text};

/// Nothing of the person stays in this browser either. How it looks is the browser's.
fn forget_in_this_browser() {
    for storage in [BrowserStorage::Local, BrowserStorage::Tab] {
        let keys = storage.keys("madang.").into_iter();
        for key in keys.filter(|key| key != PageSettings::KEY) {
            storage.remove(&key);
        }
    }
}

/// The part.
#[component]
pub(super) fn OwnDataPart() -> impl IntoView {
    view! {
        <section class="settings__part">
            <h3 use:set_text=dynamic_text(|| words().profile.own_data)></h3>
            <p use:set_text=dynamic_text(|| words().profile.export_text)></p>
            <div class="settings__row">
                <a
                    class="button button--quiet"
                    href=EXPORT
                    download="madang-export.json"
                    rel="external"
                    use:set_text=dynamic_text(|| words().profile.export)
                ></a>
            </div>
        </section>
        <DeletePart />
    }
}

/// Deleting the account, after what stays was said.
#[component]
fn DeletePart() -> impl IntoView {
    let asked = RwSignal::new(false);
    let is_guest = is_guest();
    let title = move || {
        if is_guest {
            words().profile.delete_name
        } else {
            words().profile.delete
        }
    };
    let button = reactive(move || {
        if asked.get() {
            view! { <DeleteSure asked /> }.into_any()
        } else {
            view! {
                <div class="settings__row">
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| asked.set(true))
                        use:set_text=dynamic_text(title)
                    ></button>
                </div>
            }
            .into_any()
        }
    });
    view! {
        <section class="settings__part">
            <h3 use:set_text=dynamic_text(title)></h3>
            {button}
        </section>
    }
}

/// A guest has no account, only a name.
fn is_guest() -> bool {
    let me = use_client().me().get_untracked();
    me.is_none_or(|me| me.role == Role::Guest)
}

#[component]
fn DeleteSure(asked: RwSignal<bool>) -> impl IntoView {
    let is_guest = is_guest();
    let form = FormState::new();
    let cancel = NodeRef::<html::Button>::new();
    // The pressed button does not exist any more.
    effect(move || {
        if let Some(cancel) = cancel.get() {
            let _ = cancel.focus();
        }
    });
    let delete = move || {
        form.submit(async move {
            delete_account().await?;
            forget_in_this_browser();
            let _ = browser::window().location().replace("/");
            Ok(())
        });
    };
    let again: Again = Arc::new(delete);
    let text = move || {
        if is_guest {
            words().profile.delete_guest
        } else {
            words().profile.delete_text
        }
    };
    view! {
        <p id="delete-text" use:set_text=dynamic_text(text)></p>
        <FormError form fields=&[] />
        <Confirmation form again />
        <div class="settings__row">
            <button
                class="button button--quiet"
                type="button"
                node_ref=cancel
                on:click=on(move |_| asked.set(false))
                use:set_text=tr!(app.cancel)
            ></button>
            <button
                class="button button--alarm"
                type="button"
                aria-describedby="delete-text"
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(move |_| delete())
                use:set_text=dynamic_text(|| words().profile.delete_sure)
            ></button>
        </div>
    }
}
