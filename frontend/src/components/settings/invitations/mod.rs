//! Invitations: making one, and those that there are.

mod created;
mod form;
mod guest_choice;
mod listed;
mod state;

use leptos::prelude::*;

use super::unanswered::unanswered;
use crate::view::{optional_view, reactive};
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
            None => unanswered(None, || {}),
            Some(Ok(page)) => listed(invitations, page.invites),
            Some(Err(failure)) => unanswered(Some(failure), move || invitations.look()),
        })}
    }
}
