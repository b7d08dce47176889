//! What a mail is about, and what all languages say alike.

use shared::id::Micros;

/// What the place is called without a name.
pub(super) const UNNAMED: &str = "Madang";

/// What a mail is about. The place is called by its name.
pub enum MailContent<'a> {
    /// The operator looks whether mail works.
    Test {
        /// The name of the place.
        place: &'a str,
    },
    /// A link with which somebody sets a new password.
    Reset {
        /// The name of the place.
        place: &'a str,
        /// Whose password.
        username: &'a str,
        /// The link.
        link: &'a str,
        /// When it ends.
        until: Micros,
    },
    /// A link that proves the address.
    Proof {
        /// The name of the place.
        place: &'a str,
        /// Whose address it will be.
        username: &'a str,
        /// The link.
        link: &'a str,
        /// When it ends.
        until: Micros,
    },
    /// An invitation.
    Invitation {
        /// The name of the place.
        place: &'a str,
        /// Who invites; none: the operator.
        by: Option<&'a str>,
        /// The link.
        link: &'a str,
        /// When it ends; none: it stays.
        until: Option<Micros>,
    },
    /// Something about an account has changed.
    Changed {
        /// The name of the place.
        place: &'a str,
        /// Whose account.
        username: &'a str,
        /// What has changed.
        change: AccountChange,
        /// When.
        at: Micros,
    },
}

/// A change of an account of which its person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// The password was changed, or set by a link.
    Password,
    /// The second factor was turned on, or another app takes its place.
    SecondFactorOn,
    /// The second factor was turned off.
    SecondFactorOff,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A password was set by a link that took the second factor away.
    PasswordAlone,
    /// The recovery codes were replaced.
    RecoveryCodes,
    /// An identity at the provider was linked: another way in.
    ProviderLinked,
    /// The identity at the provider was unlinked.
    ProviderUnlinked,
    /// Another address takes the place of this one, or none.
    Address,
}

/// A name of the place that can be said.
pub(super) fn named(place: &str) -> &str {
    if place.is_empty() { UNNAMED } else { place }
}

/// A moment, in words that are the same in all languages.
pub(super) fn moment(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(
        |_| String::new(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
