//! English.

use super::strings::{SectionTitles, SettingsStrings};
use super::{confirmation, credentials, identity, invitations, passkeys, people, profile};

pub(super) static STRINGS: SettingsStrings = SettingsStrings {
    titles: SectionTitles {
        profile: "Profile",
        sign_in: "Signing in",
        devices: "Devices",
        invitations: "Invitations",
        people: "People",
        place: "This place",
    },
    profile: &profile::ENGLISH,
    invitations: &invitations::ENGLISH,
    devices: &super::devices::ENGLISH,
    confirmation: &confirmation::ENGLISH,
    credentials: &credentials::ENGLISH,
    passkeys: &passkeys::ENGLISH,
    people: &people::ENGLISH,
    identity: &identity::ENGLISH,
    not_for_you: "Only those who manage this place can open this.",
};
