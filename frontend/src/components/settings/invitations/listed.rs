//! The invitations that there are.

use leptos::prelude::*;
use shared::id::Micros;
use shared::model::Role;

use super::state::Invitations;
use crate::api::invites::{ListedInvite, revoke};
use crate::browser;
use crate::components::form::{FormError, FormState};
use crate::i18n::settings::words;
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::view::{Entry, dynamic_text, list, on, optional_view, reactive, set_text};

/// The list; those that have ended are there for a while.
pub(super) fn listed(invitations: Invitations, invites: Vec<ListedInvite>) -> AnyView {
    let form = FormState::new();
    let is_empty = invites.is_empty();
    let entries = move || {
        let entry = |invite: ListedInvite| {
            // An invitation that has changed is shown anew.
            let version = i64::from(invite.uses) * 2 + i64::from(invite.revoked_at.is_some());
            let key = (invite.id, version);
            Entry::new(key, move || listed_invite(invitations, form, &invite))
        };
        invites.iter().cloned().map(entry).collect()
    };
    view! {
        <section class="settings__part">
            <h3 use:set_text=dynamic_text(|| words().invitations.list_title)></h3>
            {optional_view(move || {
                is_empty.then(|| view! { <p use:set_text=dynamic_text(|| words().invitations.empty)></p> })
            })}
            <FormError form fields=&[] />
            <ul class="settings__list">{list(entries)}</ul>
        </section>
    }
    .into_any()
}

fn listed_invite(invitations: Invitations, form: FormState, invite: &ListedInvite) -> AnyView {
    let today = use_client().today();
    let (id, role, is_open) = (invite.id, invite.role, is_open(invite));
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
            invitations.look();
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
