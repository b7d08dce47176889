//! English.

use super::strings::{PlaceStrings, SectionTitles, SettingsStrings};
use super::{
    confirmation, credentials, identity, invitations, mail_address, passkeys, people, profile,
};

pub(super) static TITLES: SectionTitles = SectionTitles {
    profile: "Profile",
    sign_in: "Signing in",
    devices: "Devices",
    invitations: "Invitations",
    people: "People",
    place: "This place",
};

pub(super) static STRINGS: SettingsStrings = SettingsStrings {
    profile: &profile::ENGLISH,
    invitations: &invitations::ENGLISH,
    devices: &super::devices::ENGLISH,
    confirmation: &confirmation::ENGLISH,
    credentials: &credentials::ENGLISH,
    passkeys: &passkeys::ENGLISH,
    people: &people::ENGLISH,
    identity: &identity::ENGLISH,
    mail_address: &mail_address::ENGLISH,
    not_for_you: "Only those who manage this place can open this.",
    place: PlaceStrings {
        name: "Name of the place",
        name_hint: "Everyone who comes here sees it.",
        saved: "Saved",
        sign_up: "Accounts without an invitation",
        off: "Nobody",
        off_hint: "People come in by an invitation.",
        approval: "With approval",
        approval_hint: "People can ask for an account. They come in when someone has approved.",
        open: "Everybody",
        open_hint: "Whoever finds this place can make an account at once.",
        applications: "Waiting for approval",
        nobody: "Nobody is waiting.",
        approve: "Approve",
        decline: "Decline",
    },
};
