//! Following an invitation: what it offers is looked up before the form is shown.

use leptos::prelude::*;
use shared::model::{Profile, Role};
use wasm_bindgen_futures::spawn_local;

use super::guest_of_room::GuestForm;
use super::new_account::NewAccountForm;
use super::unanswered::unanswered;
use crate::api::Failure;
use crate::api::account::{self, Invitation};
use crate::view::reactive;

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
    reactive(move || match answer.get() {
        Some(Ok(invitation)) if invitation.role == Role::Guest => {
            view! { <GuestForm token=secret.get_value() invitation /> }.into_any()
        }
        Some(Ok(invitation)) => {
            let guest = guest.clone();
            view! { <NewAccountForm token=secret.get_value() invitation=Some(invitation) guest /> }
                .into_any()
        }
        Some(Err(failure)) => unanswered(Some(failure), Box::new(look_up)),
        None => unanswered(None, Box::new(look_up)),
    })
}
