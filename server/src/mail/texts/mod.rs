//! What mails say, in each language.

mod en;
mod ko;

use shared::id::Micros;

use super::language::MailLanguage;

/// What the place is called without a name.
const UNNAMED: &str = "Madang";

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
    /// Another address takes the place of this one, or none.
    Address,
}

/// The subject and the text.
pub fn write(language: MailLanguage, content: &MailContent<'_>) -> (String, String) {
    match language {
        MailLanguage::English => en::write(content),
        MailLanguage::Korean => ko::write(content),
    }
}

/// A name of the place that can be said.
fn named(place: &str) -> &str {
    if place.is_empty() { UNNAMED } else { place }
}

/// A moment, in words that are the same in all languages.
fn moment(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(
        |_| String::new(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_says_the_place_the_link_and_its_end() {
        let (link, until) = (
            "https://chat.example/reset#0f",
            Micros(1_700_000_000_000_000),
        );
        for language in [MailLanguage::English, MailLanguage::Korean] {
            for content in [
                MailContent::Reset {
                    place: "Yard",
                    username: "ada",
                    link,
                    until,
                },
                MailContent::Proof {
                    place: "Yard",
                    username: "ada",
                    link,
                    until,
                },
                MailContent::Invitation {
                    place: "Yard",
                    by: Some("ada"),
                    link,
                    until: Some(until),
                },
            ] {
                let (subject, body) = write(language, &content);
                assert!(subject.contains("Yard"), "{subject}");
                for part in [&format!("\n{link}\n"), "2023-11-14 22:13 UTC", "ada"] {
                    assert!(body.contains(part), "{part}: {body}");
                }
            }
        }
    }

    #[test]
    fn a_place_without_a_name_is_called_by_the_program_s() {
        let (subject, _) = write(MailLanguage::English, &MailContent::Test { place: "" });
        assert!(subject.contains(UNNAMED), "{subject}");
    }
}
