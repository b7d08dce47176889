//! The invitations that there are.

use leptos::prelude::*;
use shared::id::Micros;
use shared::model::Role;

use super::state::Invitations;
use crate::api::invites::{ListedInvite, revoke};
use crate::browser;
use crate::components::focus::focus_on;
use crate::components::form::{FormError, FormState};
use crate::i18n::settings::words;
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// The heading over the list. It takes the focus of a revoked invitation.
const TITLE: &str = "#invites-title";

/// The list, once it is known; those that have ended are there for a while. Rows that have not changed
/// keep their elements when it comes anew.
#[component]
pub(super) fn Listed(invitations: Invitations) -> impl IntoView {
    let form = FormState::new();
    let count = memo(move || match &*invitations.answer.read() {
        Some(Ok(page)) => Some(page.invites.len()),
        _ => None,
    });
    let entries = move || {
        let entry = |invite: &ListedInvite| {
            let invite = invite.clone();
            let (key, is_open) = (invite.id, is_open(&invite));
            // An invitation that has changed is shown anew.
            let has_ended = [invite.revoked_at.is_some(), !is_open].map(i64::from);
            let version = i64::from(invite.uses) * 4 + has_ended[0] * 2 + has_ended[1];
            Entry::new((key, version), move || {
                listed_invite(invitations, form, &invite, is_open)
            })
        };
        match &*invitations.answer.read() {
            Some(Ok(page)) => page.invites.iter().map(entry).collect(),
            _ => Vec::new(),
        }
    };
    let is_known = memo(move || count.get().is_some());
    optional_view(move || {
        is_known.get().then(|| {
            view! {
                <section class="settings__part">
                    <h3 id="invites-title" tabindex="-1" use:set_text=dynamic_text(|| words().invitations.list_title)></h3>
                    {optional_view(move || {
                        (count.get() == Some(0))
                            .then(|| view! { <p use:set_text=dynamic_text(|| words().invitations.empty)></p> })
                    })}
                    <FormError form fields=&[] />
                    <ul class="settings__list">{list(entries)}</ul>
                </section>
            }
        })
    })
}

fn listed_invite(
    invitations: Invitations,
    form: FormState,
    invite: &ListedInvite,
    is_open: bool,
) -> AnyView {
    let today = use_client().today();
    let (id, role) = (invite.id, invite.role);
    let with_history = invite.with_history;
    let rooms: Vec<String> = invite.rooms.iter().map(|room| room.name.clone()).collect();
    let rooms = rooms.join(", ");
    let (uses, most, revoked_at, expires_at) = (
        invite.uses,
        invite.max_uses,
        invite.revoked_at,
        invite.expires_at,
    );
    let by = invite.by.as_ref().map(|by| by.name.clone());
    let mailed_to = invite.mailed_to.clone();
    let end = move || {
        let words = &words().invitations;
        match (revoked_at, expires_at) {
            (Some(_), _) => words.revoked.to_owned(),
            _ if most == Some(uses) => words.spent.to_owned(),
            (None, _) if !is_open => words.ended.to_owned(),
            (None, Some(at)) => {
                let day = format::day(at, today.get(), &t().when);
                (words.ends)(&format!("{day}, {}", format::time(at)))
            }
            (None, None) => words.no_end.to_owned(),
        }
    };
    let facts = move || {
        let words = &words().invitations;
        let by = by
            .as_deref()
            .map_or_else(|| words.by_operator.to_owned(), words.by);
        let mut facts = vec![(words.used)(uses, most), end(), by];
        facts.extend(mailed_to.as_deref().map(words.mailed_to));
        facts.join(" · ")
    };
    let title = move || {
        let words = &words().invitations;
        let role = match role {
            Role::Administrator => words.administrator,
            Role::Guest => words.guest,
            _ => words.member,
        };
        let history = with_history.then_some(words.with_history);
        let parts = [Some(role), Some(&*rooms), history].into_iter().flatten();
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    };
    let revoked = move || {
        form.submit(async move {
            revoke(id).await?;
            invitations.looked().await;
            // The button that had the focus is gone.
            focus_on(TITLE);
            Ok(())
        });
    };
    view! {
        <li class="settings__item" data-ended=(!is_open).then_some("")>
            <span class="settings__words">
                <span dir="auto" use:set_text=dynamic_text(title)></span>
                <span class="settings__aside" use:set_text=dynamic_text(facts)></span>
            </span>
            {is_open.then(|| view! {
                <button
                    class="button button--quiet"
                    type="button"
                    aria-label=reactive(move || (words().invitations.revoke_label)(id))
                    on:click=on(move |_| revoked())
                    use:set_text=dynamic_text(|| words().invitations.revoke)
                ></button>
            }.into_any())}
        </li>
    }
    .into_any()
}

/// Whether it can be used, as far as the page knows.
fn is_open(invite: &ListedInvite) -> bool {
    let now = i64::try_from(browser::unix_ms()).unwrap_or(i64::MAX);
    let has_ended = invite
        .expires_at
        .is_some_and(|Micros(end)| end / 1_000 <= now);
    let is_spent = invite.max_uses.is_some_and(|most| invite.uses >= most);
    invite.revoked_at.is_none() && !has_ended && !is_spent
}
