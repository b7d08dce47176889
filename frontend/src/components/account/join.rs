//! Following an invitation: what it offers is looked up before the form is shown.

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::model::Profile;
use wasm_bindgen_futures::spawn_local;

use super::new_account::NewAccountForm;
use super::signed_in::DeadLink;
use crate::api::Failure;
use crate::api::account::{self, Invitation};
use crate::components::form::sentence;
use crate::components::icons::{Glyph, Icon};
use crate::components::skeleton::Skeleton;
use crate::i18n::account::words;
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The invitation with this secret.
#[component]
pub(super) fn Join(
    token: String,
    /// The guest who becomes the account.
    guest: Option<Profile>,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<Invitation, Failure>>);
    let secret = StoredValue::new(token);
    let look_up = move || {
        answer.set(None);
        spawn_local(async move {
            let found = account::invitation(&secret.get_value()).await;
            let _ = answer.try_set(Some(found));
        });
    };
    look_up();
    reactive(move || {
        match answer.get() {
        None => view! { <div class="card"><Skeleton label=tr!(app.loading) /></div> }.into_any(),
        Some(Ok(invitation)) => {
            let guest = guest.clone();
            view! { <NewAccountForm token=secret.get_value() invitation=Some(invitation) guest /> }
                .into_any()
        }
        Some(Err(failure)) if failure.code() == Some(ErrorCode::LinkInvalid) => {
            view! { <DeadLink /> }.into_any()
        }
        Some(Err(failure)) => view! {
            <div class="card">
                <div class="state" role="alert">
                    <Icon glyph=Glyph::Alert />
                    <h1 class="state__title" use:set_text=dynamic_text(|| words().failed_title)></h1>
                    <p use:set_text=dynamic_text(move || sentence(&failure))></p>
                    <button
                        class="button"
                        type="button"
                        on:click=on(move |_| look_up())
                        use:set_text=tr!(sign_in.try_again)
                    ></button>
                </div>
            </div>
        }
        .into_any(),
    }
    })
}
