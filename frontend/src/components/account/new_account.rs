//! Getting an account: the owner's, with the name of the place, or a member's by an invitation.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::model::Profile;

use super::field::{AccountField, AccountSubmit, FieldKind, Head, NEW_PASSWORD, USERNAME};
use super::form::{AccountForm, Entry};
use super::passkey::PasskeyJoin;
use super::strength::{PASSWORD_CHARS, StrengthMeter};
use crate::api::account::{Invitation, NewAccount};
use crate::api::passkey::Newcomer;
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::view::{dynamic_text, on, set_text};

const PLACE: FieldKind = FieldKind {
    entry: Entry::Place,
    id: "place",
    autocomplete: "organization",
    inputmode: None,
    label: || words().place,
    hint: || words().place_hint,
};

pub(super) const NAME: FieldKind = FieldKind {
    entry: Entry::Name,
    id: "display-name",
    autocomplete: "name",
    inputmode: None,
    label: || words().name,
    hint: || words().name_hint,
};

pub(super) const NEW_USERNAME: FieldKind = FieldKind {
    hint: || words().username_hint,
    ..USERNAME
};

/// The form. Whoever has no invitation claims the place.
#[component]
pub(super) fn NewAccountForm(
    token: String,
    invitation: Option<Invitation>,
    /// The guest who becomes the account.
    guest: Option<Profile>,
) -> impl IntoView {
    let form = AccountForm::new();
    let keep = guest.is_some();
    let guest_name = guest.map(|guest| guest.name);
    let value = guest_name.clone().unwrap_or_default();
    let claims = invitation.is_none();
    let [place, username, name, password] = [(); 4].map(|()| NodeRef::<html::Input>::new());
    let read_names = move || {
        let username = value_of(username).trim().to_owned();
        let username = form.checked(Entry::Username, username, || words().no_username)?;
        let name = form.checked_name(Entry::Name, &value_of(name))?;
        Some((username, name))
    };
    let secret = token.clone();
    let newcomer = move || {
        let (username, name) = read_names()?;
        Some(Newcomer {
            token: secret.clone(),
            username,
            name,
            keep,
        })
    };
    let read = move || {
        let place = if claims {
            Some(form.checked_name(Entry::Place, &value_of(place))?)
        } else {
            None
        };
        let (username, name) = read_names()?;
        let password = checked_password(form, value_of(password))?;
        Some(NewAccount {
            token: token.clone(),
            place,
            username,
            name,
            password,
            keep,
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match read() {
            Some(account) if keep => {
                form.submit_for_guest(async move { account.create().await });
            }
            Some(account) => form.submit(async move { account.create().await }),
            None => {}
        }
    };
    let label = if claims {
        || words().claim_submit
    } else {
        || words().join_submit
    };
    view! {
        <form class="card" novalidate on:submit=on(submit)>
            <Head>
                <Words invitation guest_name />
            </Head>
            {claims.then(|| view! { <AccountField form kind=PLACE node=place is_first=true /> }.into_any())}
            <AccountField form kind=NEW_USERNAME node=username is_first=!claims />
            <AccountField form kind=NAME node=name value />
            <AccountField form kind=NEW_PASSWORD node=password />
            <StrengthMeter password names=[username, name] />
            <AccountSubmit form label />
            {(!claims).then(|| view! { <PasskeyJoin form keeps=keep read=Box::new(newcomer) /> }.into_any())}
        </form>
    }
}

/// A password that is long enough; else shows that it is not.
pub(super) fn checked_password(form: AccountForm, password: String) -> Option<String> {
    if password.chars().count() < PASSWORD_CHARS {
        form.refuse(Entry::Password, || words().short_password);
        return None;
    }
    Some(password)
}

/// That somebody invites, or the operator.
pub(super) fn invites(by: Option<&Profile>) -> String {
    match by {
        Some(by) => (words().join_title)(&by.name),
        None => words().join_title_operator.to_owned(),
    }
}

/// Who invites and whereto, or what claiming means; and what a guest keeps.
#[component]
fn Words(invitation: Option<Invitation>, guest_name: Option<String>) -> impl IntoView {
    let kept = guest_name.map(|name| {
        view! { <p class="card__lead" use:set_text=dynamic_text(move || (words().keeps)(&name))></p> }
            .into_any()
    });
    let Some(Invitation { by, rooms, .. }) = invitation else {
        return view! {
            <h1 class="card__title" use:set_text=dynamic_text(|| words().claim_title)></h1>
            <p class="card__lead" use:set_text=dynamic_text(|| words().claim_lead)></p>
            {kept}
        }
        .into_any();
    };
    let rooms: Vec<String> = rooms.into_iter().map(|room| room.name).collect();
    let rooms = rooms.join(", ");
    view! {
        <h1 class="card__title" use:set_text=dynamic_text(move || invites(by.as_ref()))></h1>
        <p class="card__lead" use:set_text=dynamic_text(move || {
            let mut lead = words().join_lead.to_owned();
            if !rooms.is_empty() {
                lead.push(' ');
                lead.push_str(&(words().join_rooms)(&rooms));
            }
            lead
        })></p>
        {kept}
    }
    .into_any()
}
