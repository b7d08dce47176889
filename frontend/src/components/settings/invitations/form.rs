//! The form that makes an invitation. One use and seven days are chosen beforehand; other numbers
//! are a deliberate choice.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Role;

use super::guest_choice::{GuestChoice, guest_choice};
use super::state::Invitations;
use crate::api::Failure;
use crate::api::invites::NewInvite;
use crate::components::form::{FormError, FormState, Submit, value_of};
use crate::components::settings::confirmation::Confirmation;
use crate::i18n::settings::words;
use crate::state::use_client;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// How many accounts an invitation may make; 0: any number.
const USES: [u32; 4] = [1, 5, 25, 0];
/// For how many days it may work; 0: for ever.
const DAYS: [u32; 4] = [1, 7, 30, 0];

/// The form.
pub(super) fn form(invitations: Invitations) -> AnyView {
    let me = use_client().me();
    let form = FormState::new();
    let role = RwSignal::new(Role::Member);
    let (uses, days) = (RwSignal::new(1_u32), RwSignal::new(7_u32));
    let rooms = RwSignal::new(Vec::<RoomId>::new());
    let guests = GuestChoice::new();
    let mail = NodeRef::<html::Input>::new();
    let create = move || {
        let role = role.get_untracked();
        let is_guest = role == Role::Guest;
        let to = Some(value_of(mail).trim().to_owned());
        let to = to.filter(|to| !to.is_empty() && !is_guest);
        let invite = NewInvite {
            role,
            rooms: if is_guest {
                guests.rooms()
            } else {
                rooms.get_untracked()
            },
            with_history: is_guest && guests.with_history.get_untracked(),
            days: Some(days.get_untracked()).filter(|days| *days > 0),
            uses: match to {
                Some(_) => Some(1),
                None => Some(uses.get_untracked()).filter(|uses| *uses > 0),
            },
            mail: to.clone(),
        };
        form.submit(async move {
            let created = invite.create().await?;
            let _ = invitations.created.try_set(Some((created, to)));
            if let Some(input) = mail.get_untracked() {
                input.set_value("");
            }
            invitations.look();
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        create();
    };
    // The question about who it is says it better.
    let error = optional_view(move || {
        let code = form.failure(Failure::code);
        (code != Some(ErrorCode::ConfirmationRequired))
            .then(|| view! { <FormError form fields=&[] /> })
    });
    let is_owner = memo(move || me.read().as_ref().is_some_and(|me| me.role == Role::Owner));
    let choose_role = move |event: ev::Event| {
        role.set(match &*event_target_value(&event) {
            "member" => Role::Member,
            "guest" => Role::Guest,
            _ => Role::Administrator,
        });
    };
    let administrator = optional_view(move || {
        is_owner.get().then(|| {
            view! { <option value="administrator" use:set_text=dynamic_text(|| words().invitations.administrator)></option> }
        })
    });
    let is_guest = memo(move || role.get() == Role::Guest);
    let choices = reactive(move || {
        if is_guest.get() {
            guest_choice(invitations, guests)
        } else {
            // None is ticked in the new list.
            rooms.set(Vec::new());
            room_choices(invitations, rooms)
        }
    });
    view! {
        <form class="settings__part" novalidate on:submit=on(submit)>
            <h3 use:set_text=dynamic_text(|| words().invitations.create_title)></h3>
            <div class="settings__fields">
                <div class="field">
                    <label class="field__label" for="invite-role" use:set_text=dynamic_text(|| words().invitations.role)></label>
                    <select class="field__input" id="invite-role" on:change=on(choose_role)>
                        <option value="member" use:set_text=dynamic_text(|| words().invitations.member)></option>
                        <option value="guest" use:set_text=dynamic_text(|| words().invitations.guest)></option>
                        {administrator}
                    </select>
                </div>
                {number("invite-uses", || words().invitations.uses, &USES, uses, uses_words)}
                {number("invite-days", || words().invitations.days, &DAYS, days, days_words)}
            </div>
            {optional_view(move || {
                (uses.get() != 1 || !(1..=7).contains(&days.get()))
                    .then(|| view! { <p class="settings__aside" use:set_text=dynamic_text(|| words().invitations.careful)></p> })
            })}
            {choices}
            {mail_field(invitations, role, mail)}
            {error}
            <div class="settings__row">
                <Submit form label=|| words().invitations.create />
            </div>
        </form>
        <Confirmation form again=Arc::new(create) />
    }
    .into_any()
}

fn uses_words(uses: u32) -> String {
    let words = &words().invitations;
    match uses {
        0 => words.any_number.to_owned(),
        1 => words.once.to_owned(),
        uses => (words.times)(uses),
    }
}

fn days_words(days: u32) -> String {
    let words = &words().invitations;
    match days {
        0 => words.for_ever.to_owned(),
        days => (words.in_days)(days),
    }
}

/// A choice of a number.
fn number(
    id: &'static str,
    label: fn() -> &'static str,
    choices: &'static [u32],
    chosen: RwSignal<u32>,
    say: fn(u32) -> String,
) -> AnyView {
    let option = |choice: &'static u32| {
        view! {
            <option
                value=choice.to_string()
                prop:selected=reactive(move || chosen.get() == *choice)
                use:set_text=dynamic_text(move || say(*choice))
            ></option>
        }
        .into_any()
    };
    let options: Vec<AnyView> = choices.iter().map(option).collect();
    view! {
        <div class="field">
            <label class="field__label" for=id use:set_text=label></label>
            <select
                class="field__input"
                id=id
                on:change=on(move |event: ev::Event| {
                    chosen.set(event_target_value(&event).parse().unwrap_or(1));
                })
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// To whom the link is mailed, where the server sends mail.
fn mail_field(
    invitations: Invitations,
    role: RwSignal<Role>,
    node: NodeRef<html::Input>,
) -> AnyView {
    let sends_mail = memo(move || match invitations.answer.get() {
        Some(Ok(page)) => page.sends_mail && role.get() != Role::Guest,
        _ => false,
    });
    optional_view(move || {
        sends_mail.get().then(|| {
            view! {
                <div class="field">
                    <label class="field__label" for="invite-mail" use:set_text=dynamic_text(|| words().invitations.mail)></label>
                    <input
                        class="field__input"
                        id="invite-mail"
                        type="text"
                        inputmode="email"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        dir="ltr"
                        node_ref=node
                        aria-describedby="invite-mail-hint"
                    />
                    <p class="field__hint" id="invite-mail-hint" use:set_text=dynamic_text(|| words().invitations.mail_hint)></p>
                </div>
            }
        })
    })
    .into_any()
}

/// The private rooms that the person manages, if there are any.
fn room_choices(invitations: Invitations, chosen: RwSignal<Vec<RoomId>>) -> AnyView {
    let offered = memo(move || match invitations.answer.get() {
        Some(Ok(page)) => page.rooms,
        _ => Vec::new(),
    });
    let toggle = move |room: RoomId| {
        chosen.update(
            |chosen| match chosen.iter().position(|other| *other == room) {
                Some(at) => drop(chosen.swap_remove(at)),
                None => chosen.push(room),
            },
        );
    };
    let entries = move || {
        let entry = |id: RoomId, name: String| {
            Entry::new((id.0, 0), move || {
                view! {
                    <label class="settings__check">
                        <input type="checkbox" on:change=on(move |_| toggle(id)) />
                        <span dir="auto" translate="no" use:set_text=name></span>
                    </label>
                }
            })
        };
        let rooms = offered.get().into_iter();
        rooms.map(|room| entry(room.id, room.name)).collect()
    };
    let has_rooms = memo(move || offered.with(|rooms| !rooms.is_empty()));
    optional_view(move || {
        has_rooms.get().then(|| {
            view! {
                <fieldset class="choices">
                    <legend use:set_text=dynamic_text(|| words().invitations.rooms)></legend>
                    {list(entries)}
                    <p class="settings__aside" use:set_text=dynamic_text(|| words().invitations.rooms_hint)></p>
                </fieldset>
            }
        })
    })
    .into_any()
}
