//! Invitations: making one, and those that there are.

mod created;
mod form;
mod guest_choice;
mod listed;
mod state;

use leptos::prelude::*;

use super::unanswered::unanswered;
use crate::view::{Entry, list, optional_view};
use created::{created, mailed};
use form::form;
use listed::Listed;
use state::{Invitations, MadeInvitation};

/// The section.
#[component]
pub(super) fn InvitationsSection() -> impl IntoView {
    let invitations = Invitations::new();
    invitations.look();
    let made = move || {
        let entry = |made: &MadeInvitation| {
            let made = made.clone();
            Entry::new((made.number, 0), move || created(invitations, made))
        };
        invitations.made.read().iter().map(entry).collect()
    };
    view! {
        {form(invitations)}
        {optional_view(move || invitations.mailed_to.get().map(mailed))}
        {list(made)}
        {optional_view(move || match &*invitations.answer.read() {
            None => Some(unanswered(None, || {})),
            Some(Ok(_)) => None,
            Some(Err(failure)) => {
                Some(unanswered(Some(failure.clone()), move || invitations.look()))
            }
        })}
        <Listed invitations />
    }
}
