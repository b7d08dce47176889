//! Coming in as a guest of one room: with nothing but a name.

use leptos::prelude::*;
use leptos::{ev, html};

use super::field::{AccountField, AccountSubmit, Head};
use super::form::{AccountForm, Entry};
use super::new_account::{NAME, invites};
use crate::api::account::{Invitation, InvitedRoom, NewGuest};
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::state::use_client;
use crate::view::{dynamic_text, on, set_text};

/// The form.
#[component]
pub(super) fn GuestForm(token: String, invitation: Invitation) -> impl IntoView {
    let (client, form) = (use_client(), AccountForm::new());
    let Invitation {
        by,
        rooms,
        with_history,
        ..
    } = invitation;
    let name = NodeRef::<html::Input>::new();
    // The server makes no such invitation without its room.
    let (room, called) = match rooms.into_iter().next() {
        Some(InvitedRoom { id, name }) => (Some(id), name),
        None => (None, String::new()),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(name) = form.checked_name(Entry::Name, &value_of(name)) else {
            return;
        };
        let guest = NewGuest {
            token: token.clone(),
            name,
        };
        form.submit(async move {
            let profile = guest.come_in().await?;
            if let Some(room) = room {
                client.note_only_room(room);
            }
            Ok(profile)
        });
    };
    let lead = move || {
        let words = words();
        let seen = if with_history {
            words.guest_history
        } else {
            words.guest_from_now
        };
        format!("{} {seen}", (words.guest_lead)(&called))
    };
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <h1 class="card__title" use:set_text=dynamic_text(move || invites(by.as_ref()))></h1>
                <p class="card__lead" use:set_text=dynamic_text(lead)></p>
            </Head>
            <AccountField form kind=NAME node=name is_first=true />
            <AccountSubmit form label=|| words().guest_submit />
        </form>
    }
}
