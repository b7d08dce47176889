//! The display name and the username.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::{ErrorCode, Field};
use shared::text;

use crate::api::Failure;
use crate::api::profile::ProfileChange;
use crate::components::form::{FormError, Submit, TextField, value_of};
use crate::components::settings::confirmation::Confirmation;
use crate::components::settings::saving::Saving;
use crate::i18n::settings::words;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, set_text};

const FIELDS: &[Field] = &[Field::Name];

/// The name for others to see.
#[component]
pub(super) fn NamePart() -> impl IntoView {
    let client = use_client();
    let saving = Saving::new();
    let node = NodeRef::<html::Input>::new();
    let present = client.me().get_untracked().map(|me| me.name);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match text::name(&value_of(node), &client.limits().get_untracked()) {
            Ok(name) => saving.save(ProfileChange::Name(name)),
            Err(error) => saving.form.refuse(error),
        }
    };
    view! {
        <form class="settings__part" novalidate on:submit=on(submit)>
            <TextField
                form=saving.form
                field=Field::Name
                id="own-name"
                label=|| words().profile.name
                hint=|| words().profile.name_hint
                node
                value=present.unwrap_or_default()
                autocomplete="name"
            />
            <FormError form=saving.form fields=FIELDS />
            <div class="settings__row">
                <Submit form=saving.form label=tr!(app.save) />
                {saving.note()}
            </div>
        </form>
    }
}

/// The name to sign in with, which nobody else has.
#[component]
pub(super) fn UsernamePart() -> impl IntoView {
    let saving = Saving::<ProfileChange>::new();
    let node = NodeRef::<html::Input>::new();
    let present = use_client().me().get_untracked().and_then(|me| me.username);
    let change = move || {
        let username = value_of(node).trim().to_owned();
        saving.is_saved.set(false);
        saving.form.submit(async move {
            let change = ProfileChange::Username(username);
            change.make().await.map_err(at_the_field)?;
            let _ = saving.is_saved.try_set(true);
            Ok(())
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        change();
    };
    view! {
        <form class="settings__part" novalidate on:submit=on(submit)>
            <TextField
                form=saving.form
                field=Field::Name
                id="username"
                label=|| words().profile.username
                hint=|| words().profile.username_hint
                node
                value=present.unwrap_or_default()
                autocomplete="username"
            />
            <FormError form=saving.form fields=FIELDS />
            <div class="settings__row">
                <Submit form=saving.form label=|| words().profile.change_username />
                {saving.note()}
            </div>
            <p use:set_text=dynamic_text(|| words().profile.username_note)></p>
        </form>
        <Confirmation form=saving.form again=Arc::new(change) />
    }
}

/// A refusal of a username is shown at its field.
fn at_the_field(mut failure: Failure) -> Failure {
    if let Failure::Refused(refusal) = &mut failure
        && matches!(
            refusal.code,
            ErrorCode::UsernameTaken | ErrorCode::UsernameInvalid
        )
    {
        refusal.field = Some(Field::Name);
    }
    failure
}
