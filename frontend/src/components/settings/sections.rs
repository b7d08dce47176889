//! What the sections are called, and for whom they are.

use shared::model::Role;

use crate::i18n::settings::titles;
use crate::route::SettingsRoute;

/// Whether somebody with this role has something to do there.
pub fn is_for(section: SettingsRoute, role: Role) -> bool {
    match section {
        SettingsRoute::Profile | SettingsRoute::Devices => true,
        SettingsRoute::SignIn => role != Role::Guest,
        SettingsRoute::Invitations | SettingsRoute::People | SettingsRoute::Place => {
            matches!(role, Role::Owner | Role::Administrator)
        }
    }
}

/// The name of a section in the current language; tracked.
pub fn title(section: SettingsRoute) -> &'static str {
    let titles = titles();
    match section {
        SettingsRoute::Profile => titles.profile,
        SettingsRoute::SignIn => titles.sign_in,
        SettingsRoute::Devices => titles.devices,
        SettingsRoute::Invitations => titles.invitations,
        SettingsRoute::People => titles.people,
        SettingsRoute::Place => titles.place,
    }
}
