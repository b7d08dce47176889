//! The form that makes an invitation. One use and seven days are chosen beforehand; other numbers
//! are a deliberate choice.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::RoomId;
use shared::model::Role;

use super::guest_choice::{GuestChoice, guest_choice};
use super::state::Invitations;
use crate::api::invites::NewInvite;
use crate::components::account::field::{AccountField, AccountSubmit, FieldKind};
use crate::components::account::form::{AccountForm, Entry as FormEntry, Words};
use crate::components::form::value_of;
use crate::components::settings::confirmation::Confirmation;
use crate::i18n::settings::words;
use crate::state::use_client;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// How many accounts an invitation may make; 0: any number.
const USES: [u32; 4] = [1, 5, 25, 0];
/// For how many days it may work; 0: for ever.
const DAYS: [u32; 4] = [1, 7, 30, 0];

const MAIL: FieldKind = FieldKind {
    entry: FormEntry::Mail,
    id: "invite-mail",
    autocomplete: "off",
    inputmode: Some("email"),
    label: || words().invitations.mail,
    hint: || words().invitations.mail_hint,
};

/// What is chosen in the form.
#[derive(Clone, Copy)]
struct InvitationForm {
    invitations: Invitations,
    form: AccountForm,
    role: RwSignal<Role>,
    uses: RwSignal<u32>,
    days: RwSignal<u32>,
    rooms: RwSignal<Vec<RoomId>>,
    guests: GuestChoice,
    mail: NodeRef<html::Input>,
    /// Whether an address was typed.
    has_address: RwSignal<bool>,
}

impl InvitationForm {
    fn new(invitations: Invitations) -> Self {
        InvitationForm {
            invitations,
            form: AccountForm::new(),
            role: RwSignal::new(Role::Member),
            uses: RwSignal::new(1),
            days: RwSignal::new(7),
            rooms: RwSignal::new(Vec::new()),
            guests: GuestChoice::new(invitations),
            mail: NodeRef::new(),
            has_address: RwSignal::new(false),
        }
    }

    fn read(self) -> NewInvite {
        let role = self.role.get_untracked();
        let is_guest = role == Role::Guest;
        let to = Some(value_of(self.mail).trim().to_owned());
        let to = to.filter(|to| !to.is_empty() && !is_guest);
        NewInvite {
            role,
            rooms: if is_guest {
                self.guests.rooms()
            } else {
                self.rooms.get_untracked()
            },
            with_history: is_guest && self.guests.with_history.get_untracked(),
            days: Some(self.days.get_untracked()).filter(|days| *days > 0),
            uses: match to {
                Some(_) => Some(1),
                None => Some(self.uses.get_untracked()).filter(|uses| *uses > 0),
            },
            mail: to,
        }
    }

    /// Makes the invitation, and shows its link or that it is mailed.
    fn create(self) {
        let (invite, invitations) = (self.read(), self.invitations);
        self.form.run(async move {
            let created = invite.create().await?;
            if let Some(input) = self.mail.get_untracked() {
                input.set_value("");
            }
            self.has_address.try_set(false);
            let is_made = created.link.is_some();
            invitations
                .mailed_to
                .try_set(invite.mail.filter(|_| !is_made));
            if is_made {
                invitations.add(created);
            }
            invitations.look();
            Ok(())
        });
    }

    fn choose_role(self, name: &str) {
        let role = match name {
            "member" => Role::Member,
            "guest" => Role::Guest,
            _ => Role::Administrator,
        };
        if role == Role::Guest {
            // The field goes, with what is in it.
            self.has_address.set(false);
        }
        self.role.set(role);
    }
}

/// The form.
pub(super) fn form(invitations: Invitations) -> AnyView {
    let new = InvitationForm::new(invitations);
    let InvitationForm {
        form,
        uses,
        days,
        rooms,
        mail,
        ..
    } = new;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        new.create();
    };
    let is_guest = memo(move || new.role.get() == Role::Guest);
    let choices = reactive(move || {
        if is_guest.get() {
            guest_choice(new.guests)
        } else {
            // None is ticked in the new list.
            rooms.set(Vec::new());
            room_choices(invitations, rooms)
        }
    });
    // To whom the link is mailed, where the server sends mail.
    let takes_mail = memo(move || match &*invitations.answer.read() {
        Some(Ok(page)) => page.sends_mail && !is_guest.get(),
        _ => false,
    });
    let note_address = move |_: ev::Event| new.has_address.set(!value_of(mail).trim().is_empty());
    let is_mailed = memo(move || takes_mail.get() && new.has_address.get());
    let submit_button = reactive(move || {
        let label: Words = if is_mailed.get() {
            || words().invitations.send
        } else {
            || words().invitations.create
        };
        view! { <AccountSubmit form label /> }.into_any()
    });
    view! {
        <form class="settings__part" novalidate on:submit=on(submit) on:input=on(note_address)>
            <h3 use:set_text=dynamic_text(|| words().invitations.create_title)></h3>
            <div class="settings__fields">
                {role_choice(new)}
                {number("invite-uses", || words().invitations.uses, &USES, uses, uses_words)}
                {number("invite-days", || words().invitations.days, &DAYS, days, days_words)}
            </div>
            {optional_view(move || {
                (uses.get() != 1 || !(1..=7).contains(&days.get()))
                    .then(|| view! { <p class="settings__aside" use:set_text=dynamic_text(|| words().invitations.careful)></p> })
            })}
            {choices}
            {optional_view(move || {
                takes_mail.get().then(|| view! { <AccountField form kind=MAIL node=mail /> })
            })}
            {submit_button}
        </form>
        <Confirmation form=form.state() again=Arc::new(move || new.create()) />
    }
    .into_any()
}

/// What whoever follows the invitation becomes.
fn role_choice(new: InvitationForm) -> AnyView {
    let me = use_client().me();
    let is_owner = memo(move || me.read().as_ref().is_some_and(|me| me.role == Role::Owner));
    let administrator = optional_view(move || {
        is_owner.get().then(|| {
            view! { <option value="administrator" use:set_text=dynamic_text(|| words().invitations.administrator)></option> }
        })
    });
    let choose = move |event: ev::Event| new.choose_role(&event_target_value(&event));
    view! {
        <div class="field">
            <label class="field__label" for="invite-role" use:set_text=dynamic_text(|| words().invitations.role)></label>
            <select class="field__input" id="invite-role" on:change=on(choose)>
                <option value="member" use:set_text=dynamic_text(|| words().invitations.member)></option>
                <option value="guest" use:set_text=dynamic_text(|| words().invitations.guest)></option>
                {administrator}
            </select>
        </div>
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
