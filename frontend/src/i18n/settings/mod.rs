//! The texts of the settings of the account and of the place. Only their piece of the page leads
//! to them, so that nobody else loads them.

mod confirmation;
mod credentials;
mod devices;
mod en;
mod identity;
mod invitations;
mod ko;
mod mail_address;
mod passkeys;
mod people;
mod profile;
mod strings;

use super::{Language, language};

pub use confirmation::ConfirmationStrings;
pub use credentials::CredentialStrings;
pub use devices::DeviceStrings;
pub use identity::IdentityStrings;
pub use invitations::InvitationStrings;
pub use mail_address::MailAddressStrings;
pub use passkeys::PasskeyStrings;
pub use people::PeopleStrings;
pub use profile::{ProfileStrings, StatusEnd};
pub use strings::{PlaceStrings, SectionTitles, SettingsStrings};

/// The names of the sections in the current language, tracked. Other pieces show them too, without
/// the rest.
pub fn titles() -> &'static SectionTitles {
    match language() {
        Language::English => &en::TITLES,
        Language::Korean => &ko::TITLES,
    }
}

/// The texts of the current language, tracked.
pub fn words() -> &'static SettingsStrings {
    match language() {
        Language::English => &en::STRINGS,
        Language::Korean => &ko::STRINGS,
    }
}
