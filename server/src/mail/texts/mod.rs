//! What mails say, in each language.

mod content;
mod en;
mod ko;

use super::language::MailLanguage;
pub use content::{AccountChange, MailContent};

/// The subject and the text.
pub fn write(language: MailLanguage, content: &MailContent<'_>) -> (String, String) {
    match language {
        MailLanguage::English => en::write(content),
        MailLanguage::Korean => ko::write(content),
    }
}

#[cfg(test)]
mod tests {
    use shared::id::Micros;

    use super::content::UNNAMED;
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
