//! The texts of the settings.

use super::confirmation::ConfirmationStrings;
use super::credentials::CredentialStrings;
use super::devices::DeviceStrings;
use super::identity::IdentityStrings;
use super::invitations::InvitationStrings;
use super::mail_address::MailAddressStrings;
use super::passkeys::PasskeyStrings;
use super::people::PeopleStrings;
use super::profile::ProfileStrings;

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct SettingsStrings {
    pub profile: &'static ProfileStrings,
    pub invitations: &'static InvitationStrings,
    pub devices: &'static DeviceStrings,
    pub confirmation: &'static ConfirmationStrings,
    pub credentials: &'static CredentialStrings,
    pub passkeys: &'static PasskeyStrings,
    pub people: &'static PeopleStrings,
    pub identity: &'static IdentityStrings,
    pub mail_address: &'static MailAddressStrings,
    /// In the place of a section that is for others.
    pub not_for_you: &'static str,
    pub place: PlaceStrings,
}

/// The texts about the place.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct PlaceStrings {
    pub name: &'static str,
    pub name_hint: &'static str,
    pub saved: &'static str,
    pub sign_up: &'static str,
    pub off: &'static str,
    pub off_hint: &'static str,
    pub approval: &'static str,
    pub approval_hint: &'static str,
    pub open: &'static str,
    pub open_hint: &'static str,
    pub applications: &'static str,
    pub nobody: &'static str,
    pub approve: &'static str,
    pub decline: &'static str,
}

/// The names of the sections.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct SectionTitles {
    pub profile: &'static str,
    pub sign_in: &'static str,
    pub devices: &'static str,
    pub invitations: &'static str,
    pub people: &'static str,
    pub place: &'static str,
}
