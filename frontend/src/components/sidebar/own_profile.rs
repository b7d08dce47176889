//! One's own profile, at the foot of the sidebar.

use leptos::prelude::*;
use shared::model::{Profile, Role};

use crate::components::avatar::{Avatar, number};
use crate::components::dialogs::{Dialog, use_dialogs};
use crate::components::icons::Glyph;
use crate::components::menu::{Menu, MenuItem};
use crate::components::person_status::status;
use crate::navigation;
use crate::route::{Route, SettingsRoute};
use crate::state::use_client;
use crate::tr;
use crate::view::{optional_view, set_text};

/// One's own profile, which opens what belongs to oneself.
#[component]
pub(super) fn OwnProfile() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me();
    let shown = optional_view(move || me.get().map(own_face));
    // One button for all changes of the profile: its menu stays open.
    let face = view! {
        {shown}
        <span class="visually-hidden" use:set_text=tr!(sidebar.own)></span>
    };
    view! {
        <Menu id="own-menu" label=tr!(sidebar.own) face=("me", face.into_any())>
            <MenuItem
                glyph=Glyph::Edit
                label=tr!(sidebar.profile)
                on_choose=|| navigation::go(&Route::Settings(SettingsRoute::Profile).path())
            />
            <MenuItem
                glyph=Glyph::PageSettings
                label=tr!(sidebar.browser_settings)
                on_choose=move || dialogs.open(Dialog::PageSettings)
            />
            <MenuItem
                glyph=Glyph::Leave
                label=tr!(settings.sign_out)
                on_choose=move || dialogs.open(Dialog::SignOut)
            />
        </Menu>
    }
}

fn own_face(profile: Profile) -> AnyView {
    let id = profile.id;
    let kind = (profile.role == Role::Guest).then(|| {
        view! {
            <span class="me__kind">
                <span use:set_text=tr!(people.guest)></span>
                " "
                {number(Some(id))}
            </span>
        }
        .into_any()
    });
    view! {
        <Avatar id=id name=profile.name.clone() />
        <span class="me__words">
            <span class="me__name" dir="auto" translate="no" use:set_text=profile.name></span>
            {kind}
            {status(profile.status)}
        </span>
    }
    .into_any()
}
