//! Who somebody is, and a conversation with that person.

use leptos::prelude::*;
use shared::command::Command;
use shared::id::UserId;
use shared::model::{Profile, Role};

use crate::components::avatar::number;
use crate::components::avatar::show_person;
use crate::components::dialogs::{DialogFrame, use_dialogs};
use crate::components::form::{FormError, FormState};
use crate::components::person_status::status;
use crate::i18n::rooms::words;
use crate::navigation;
use crate::route::{Route, SettingsRoute};
use crate::state::{shown_name, use_client};
use crate::view::{dynamic_text, memo, on, reactive, set_text};

/// The dialog.
#[component]
pub(super) fn PersonCard(
    /// The person.
    id: UserId,
) -> impl IntoView {
    let client = use_client();
    let title = dynamic_text(move || shown_name(&client.name_of(id)).to_owned());
    let body = match client.profile_of(id) {
        Some(profile) => card(profile),
        None => view! { <p use:set_text=dynamic_text(|| words().person.unknown)></p> }.into_any(),
    };
    view! {
        <DialogFrame title light=true>
            <div class="dialog__body">{body}</div>
        </DialogFrame>
    }
}

fn card(profile: Profile) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let form = FormState::for_command();
    let id = profile.id;
    let me = client.me().get_untracked();
    let is_me = me.is_some_and(|me| me.id == id);
    let is_there = !profile.deleted && !profile.deactivated;
    let may_write = is_there && client.only_room().get_untracked().is_none();
    let open = move |_| {
        let users = if is_me { Vec::new() } else { vec![id] };
        form.submit(async move {
            let room = client.make_room(Command::OpenDirect { users }).await?;
            if form.is_here() {
                dialogs.close();
                client.open_room(room);
            }
            Ok(())
        });
    };
    let name = memo(move || client.name_of(id));
    let (role, username) = (profile.role, profile.username.clone());
    let facts = move || {
        let username = username.as_ref().map(|username| format!("@{username}"));
        let role = role_name(role).to_owned();
        username
            .into_iter()
            .chain([role])
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let message = may_write.then(|| {
        view! {
            <button
                class="button"
                type="button"
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(open)
                use:set_text=dynamic_text(move || {
                    if is_me { words().person.notes } else { words().person.message }
                })
            ></button>
        }
        .into_any()
    });
    let edit = is_me.then(|| {
        let edit = move |_| {
            dialogs.close();
            navigation::go(&Route::Settings(SettingsRoute::Profile).path());
        };
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=on(edit)
                use:set_text=dynamic_text(|| words().person.edit)
            ></button>
        }
        .into_any()
    });
    view! {
        <div class="card-of-person">
            <span class="avatar avatar--large" aria-hidden="true" use:show_person=(Some(id), name)></span>
            <div class="card-of-person__words">
                <p class="dialog__note">
                    <span use:set_text=dynamic_text(facts)></span>
                    " "
                    {number(Some(id))}
                </p>
                {status(profile.status)}
            </div>
        </div>
        <FormError form fields=&[] />
        <div class="settings__row">{message}{edit}</div>
    }
    .into_any()
}

fn role_name(role: Role) -> &'static str {
    let words = &words().person;
    match role {
        Role::Owner => words.owner,
        Role::Administrator => words.administrator,
        Role::Member => words.member,
        Role::Bot => words.bot,
        Role::Guest => words.guest,
    }
}
