//! A person in the list, with what can be done, and the question before it is.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::UserId;
use shared::model::{Profile, Role};

use super::part::{Deed, Open, PeoplePart, texts};
use crate::api::people::PersonEntry;
use crate::components::form::FormError;
use crate::components::settings::confirmation::Confirmation;
use crate::components::settings::made_link::made_link;
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, reactive, set_text};

const GIVEN: [Role; 3] = [Role::Owner, Role::Administrator, Role::Member];

/// What who is signed in may do to somebody.
fn deeds(me: &Profile, person: &Profile) -> Vec<Deed> {
    let is_me = me.id == person.id;
    if !is_me && !me.role.may_manage(person.role) {
        return Vec::new();
    }
    let has_account = !matches!(person.role, Role::Guest | Role::Bot);
    let gives = |role: &Role| {
        let may = if is_me {
            role.rank() < person.role.rank()
        } else {
            me.role.may_appoint(*role)
        };
        has_account && may && *role != person.role
    };
    let mut deeds: Vec<Deed> = GIVEN.into_iter().filter(gives).map(Deed::SetRole).collect();
    if !is_me {
        let is_out = person.deactivated;
        deeds.push(if is_out {
            Deed::Reactivate
        } else {
            Deed::Deactivate
        });
        if has_account && !is_out {
            deeds.push(Deed::ResetLink);
        }
        deeds.push(Deed::Delete);
    }
    deeds
}

fn label(deed: Deed) -> &'static str {
    match deed {
        Deed::SetRole(Role::Owner) => texts().make_owner,
        Deed::SetRole(Role::Administrator) => texts().make_administrator,
        Deed::SetRole(_) => texts().make_member,
        Deed::Deactivate => texts().deactivate,
        Deed::Reactivate => texts().reactivate,
        Deed::Delete => texts().delete,
        Deed::ResetLink => texts().reset_link,
    }
}

/// What a deed means, of a person with a role.
fn question(deed: Deed, before: Role, name: &str) -> String {
    let words = texts();
    let ask = match deed {
        Deed::SetRole(role) if role.rank() < before.rank() => words.lower_sure,
        Deed::SetRole(Role::Owner) => words.owner_sure,
        Deed::SetRole(_) => words.administrator_sure,
        Deed::Deactivate => words.deactivate_sure,
        Deed::Reactivate => words.reactivate_sure,
        Deed::Delete => words.delete_sure,
        Deed::ResetLink => words.reset_link_sure,
    };
    ask(name)
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => texts().owner,
        Role::Administrator => texts().administrator,
        Role::Member => texts().member,
        Role::Bot => texts().bot,
        Role::Guest => texts().guest,
    }
}

/// A row of the list.
pub(super) fn row(part: PeoplePart, entry: PersonEntry) -> AnyView {
    let client = use_client();
    let (today, me) = (client.today(), client.me());
    let PersonEntry { person, used_at } = entry;
    let user = person.id;
    let me = me.get_untracked();
    let is_me = me.as_ref().is_some_and(|me| me.id == user);
    let deeds = me.map_or_else(Vec::new, |me| deeds(&me, &person));
    let about = StoredValue::new(person);
    let facts = move || {
        about.with_value(|person| {
            let mut facts = Vec::new();
            facts.extend(
                person
                    .username
                    .as_ref()
                    .map(|username| format!("@{username}")),
            );
            facts.push(role_name(person.role).to_owned());
            if person.deactivated {
                facts.push(texts().deactivated.to_owned());
            }
            facts
                .extend(used_at.map(|at| (texts().used)(&format::day(at, today.get(), &t().when))));
            facts.join(" · ")
        })
    };
    let you = is_me.then(|| {
        view! { " "<span class="person__note" use:set_text=tr!(people.you)></span> }.into_any()
    });
    let name = about.with_value(|person| person.name.clone());
    let deeds = StoredValue::new(deeds);
    let here = move || part.open.get().filter(|open| open.user == user);
    // Another link does not make this one anew.
    let made = memo(move || part.made_for(user));
    view! {
        <li class="settings__item people__item">
            <div>
                <p class="settings__name">
                    <span dir="auto" translate="no" use:set_text=name></span>
                    {you}
                </p>
                <p class="field__hint" use:set_text=dynamic_text(facts)></p>
            </div>
            {reactive(move || match here() {
                None if made.read().is_some() => {
                    let is_new = part.takes_focus(user);
                    let copied = move || part.has_kept_link(user);
                    let link = made
                        .get()
                        .map(|link| made_link(link, || texts().reset_link_label, is_new, copied));
                    view! { <div class="settings__form">{link}<Kept part user /></div> }.into_any()
                }
                None if deeds.with_value(Vec::is_empty) => ().into_any(),
                None => view! { <Change part about /> }.into_any(),
                Some(Open { asks: None, .. }) => {
                    view! { <Choice part about deeds=deeds.get_value() /> }.into_any()
                }
                Some(Open { asks: Some(deed), .. }) => {
                    view! { <Question part about deed /> }.into_any()
                }
            })}
        </li>
    }
    .into_any()
}

/// The button that opens what can be done.
#[component]
fn Change(part: PeoplePart, about: StoredValue<Profile>) -> impl IntoView {
    let user = about.with_value(|person| person.id);
    let name = about.with_value(|person| person.name.clone());
    let node = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = node.get()
            && part.takes_focus(user)
        {
            let _ = button.focus();
        }
    });
    let open = move |_| part.open(Some(Open { user, asks: None }));
    view! {
        <button
            class="button button--quiet"
            type="button"
            node_ref=node
            aria-label=reactive(move || (texts().change_label)(&name))
            on:click=on(open)
            use:set_text=dynamic_text(|| texts().change)
        ></button>
    }
}

/// What can be done to a person.
#[component]
fn Choice(part: PeoplePart, about: StoredValue<Profile>, deeds: Vec<Deed>) -> impl IntoView {
    let user = about.with_value(|person| person.id);
    let name = about.with_value(|person| person.name.clone());
    let group = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(group) = group.get() {
            let _ = group.focus();
        }
    });
    let buttons: Vec<AnyView> = deeds
        .into_iter()
        .map(|deed| {
            let asks = Some(deed);
            view! {
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| part.open(Some(Open { user, asks })))
                    use:set_text=dynamic_text(move || label(deed))
                ></button>
            }
            .into_any()
        })
        .collect();
    view! {
        <div
            class="settings__form"
            role="group"
            tabindex="-1"
            node_ref=group
            aria-label=reactive(move || (texts().change_label)(&name))
            on:keydown=on(move |event| escape(part, &event))
        >
            <div class="settings__row">
                {buttons}
                <Cancel part />
            </div>
        </div>
    }
}

/// What a deed means, and the button that does it.
#[component]
fn Question(part: PeoplePart, about: StoredValue<Profile>, deed: Deed) -> impl IntoView {
    let (user, role) = about.with_value(|person| (person.id, person.role));
    let node = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = node.get() {
            let _ = button.focus();
        }
    });
    let sentence = move || about.with_value(|person| question(deed, role, &person.name));
    let class = match deed {
        Deed::Delete => "button button--alarm",
        _ => "button",
    };
    let buttons = optional_view(move || {
        (!part.deed.needs_confirmation()).then(|| {
            view! {
                <button
                    class=class
                    type="button"
                    node_ref=node
                    aria-describedby="people-question"
                    aria-disabled=reactive(move || part.deed.busy().then_some("true"))
                    on:click=on(move |_| part.act(user, deed))
                    use:set_text=dynamic_text(move || label(deed))
                ></button>
            }
        })
    });
    view! {
        <div
            class="settings__form"
            role="group"
            aria-labelledby="people-question"
            on:keydown=on(move |event| escape(part, &event))
        >
            <p id="people-question" use:set_text=dynamic_text(sentence)></p>
            <Confirmation form=part.deed again=Arc::new(move || part.act(user, deed)) />
            <FormError form=part.deed fields=&[] />
            <div class="settings__row">
                {buttons}
                <Cancel part />
            </div>
        </div>
    }
}

/// Closes the link that was made.
#[component]
fn Kept(part: PeoplePart, user: UserId) -> impl IntoView {
    view! {
        <div class="settings__row">
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| part.close_link(user))
                use:set_text=dynamic_text(|| texts().kept)
            ></button>
        </div>
    }
}

#[component]
fn Cancel(part: PeoplePart) -> impl IntoView {
    view! {
        <button
            class="button button--quiet"
            type="button"
            on:click=on(move |_| part.open(None))
            use:set_text=tr!(app.cancel)
        ></button>
    }
}

fn escape(part: PeoplePart, event: &ev::KeyboardEvent) {
    // Of a composition it closes the candidates.
    if event.key() == "Escape" && !event.is_composing() {
        part.open(None);
    }
}

#[cfg(test)]
mod tests {
    use shared::id::Rev;

    use super::*;

    fn person(id: i64, role: Role) -> Profile {
        Profile {
            role,
            ..Profile::guest(UserId(id), "Ada".into(), Rev::ZERO)
        }
    }

    #[test]
    fn what_one_may_not_do_is_not_offered() {
        let (owner, administrator) = (person(1, Role::Owner), person(2, Role::Administrator));
        let [other, member, guest] = [(3, Role::Owner), (4, Role::Member), (5, Role::Guest)]
            .map(|(id, role)| person(id, role));
        let keeps_out = [Deed::Deactivate, Deed::ResetLink, Deed::Delete];
        let roles = |roles: &[Role]| roles.iter().copied().map(Deed::SetRole).collect::<Vec<_>>();
        let with = |given: &[Role]| [roles(given), keeps_out.to_vec()].concat();
        assert_eq!(
            deeds(&owner, &other),
            with(&[Role::Administrator, Role::Member])
        );
        assert_eq!(
            deeds(&owner, &member),
            with(&[Role::Owner, Role::Administrator])
        );
        assert_eq!(deeds(&owner, &guest), [Deed::Deactivate, Deed::Delete]);
        assert_eq!(deeds(&administrator, &member), keeps_out);
        for above in [&owner, &person(6, Role::Administrator)] {
            assert_eq!(deeds(&administrator, above), []);
        }
        assert_eq!(deeds(&member, &guest), []);
        assert_eq!(
            deeds(&owner, &owner),
            roles(&[Role::Administrator, Role::Member])
        );
        assert_eq!(
            deeds(&administrator, &administrator),
            roles(&[Role::Member])
        );
    }
}
