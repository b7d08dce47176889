//! Invitations: making one, and those that there are.

mod created;
mod form;
mod guest_choice;
mod listed;
mod state;

use leptos::prelude::*;

use crate::components::form::sentence;
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};
use created::{created, mailed};
use form::form;
use listed::listed;
use state::Invitations;

/// The section.
#[component]
pub(super) fn InvitationsSection() -> impl IntoView {
    let invitations = Invitations {
        answer: RwSignal::new(None),
        created: RwSignal::new(None),
    };
    invitations.look();
    view! {
        {form(invitations)}
        {optional_view(move || {
            let made = invitations.created.get();
            made.map(|(invite, to)| match (invite.link.clone(), to) {
                (Some(link), _) => created(&invite, &link),
                (None, to) => mailed(to.unwrap_or_default()),
            })
        })}
        {reactive(move || match invitations.answer.get() {
            None => view! { <Skeleton label=tr!(app.loading) /> }.into_any(),
            Some(Ok(page)) => listed(invitations, page.invites),
            Some(Err(failure)) => view! {
                <div class="settings__part" role="alert">
                    <p use:set_text=dynamic_text(move || sentence(&failure))></p>
                    <div class="settings__row">
                        <button
                            class="button button--quiet"
                            type="button"
                            on:click=on(move |_| invitations.look())
                            use:set_text=tr!(sign_in.try_again)
                        ></button>
                    </div>
                </div>
            }
            .into_any(),
        })}
    }
}
