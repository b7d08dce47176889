//! Names for somebody who comes by an identity provider for the first time: what the provider
//! says is made into a username that is valid here, with others in case somebody has it.

use shared::limits::Limits;
use unicode_normalization::char::is_combining_mark;

use super::oidc::Identity;
use super::username::Username;
use crate::names;

/// Who has no name that can be used gets this one, with a number.
const FALLBACK: &str = "member";
/// Characters of a name that are taken: numbers of 6 digits have room behind it.
const MAX_BASE_CHARS: usize = 26;
/// The highest number that is put behind a taken username, before one is drawn.
const MAX_NUMBER: u32 = 9;
/// Drawn numbers are below this.
const DRAWN_BELOW: u32 = 1_000_000;

/// Usernames, the best one first; never none. `drawn` is a random number, for the last one.
pub fn proposed_usernames(identity: &Identity, drawn: u32) -> Vec<Username> {
    let sources = [
        identity.preferred_username.as_deref(),
        identity.email.as_deref(),
        identity.name.as_deref(),
        Some(FALLBACK),
    ];
    let with_number = |base: &str, number: u32| Username::parse(&format!("{base}{number}")).ok();
    let mut bases = sources.into_iter().flatten().map(base_of);
    // One that is reserved or too short is only used with a number.
    let base = bases.find(|base| with_number(base, 2).is_some());
    let base = base.unwrap_or_else(|| FALLBACK.to_owned());
    let numbered = (2..=MAX_NUMBER).chain([drawn % DRAWN_BELOW]);
    let plain = Username::parse(&base).ok();
    let numbered = numbered.filter_map(|number| with_number(&base, number));
    plain.into_iter().chain(numbered).collect()
}

/// The display name: the provider's name of the person, else the name to sign in with there, else
/// the username. No address of e-mail is shown to others.
pub fn proposed_name(identity: &Identity, username: &Username, limits: &Limits) -> String {
    let sign_in_name = identity.preferred_username.as_deref().map(before_at);
    let sources = [identity.name.as_deref(), sign_in_name];
    let mut valid = sources
        .into_iter()
        .flatten()
        .filter_map(|raw| names::person(raw, limits).ok());
    valid.next().unwrap_or_else(|| username.text.clone())
}

/// The part of an address of e-mail that names the person.
fn before_at(text: &str) -> &str {
    text.split('@').next().unwrap_or_default()
}

/// The characters of a text that a username may have.
fn base_of(text: &str) -> String {
    let mut base = String::new();
    for c in before_at(text).trim().chars().take(MAX_BASE_CHARS) {
        let c = if c.is_whitespace() { '.' } else { c };
        let is_inner = matches!(c, '.' | '_' | '-');
        let follows_one = base.ends_with(['.', '_', '-']) || base.is_empty();
        if c.is_alphanumeric() || is_combining_mark(c) || (is_inner && !follows_one) {
            base.push(c);
        }
    }
    base.trim_end_matches(['.', '_', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(username: Option<&str>, email: Option<&str>, name: Option<&str>) -> Identity {
        Identity {
            issuer: "https://a.example".into(),
            subject: "1".into(),
            preferred_username: username.map(str::to_owned),
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
            session_id: None,
            role: None,
        }
    }

    fn first(username: Option<&str>, email: Option<&str>, name: Option<&str>) -> String {
        let names = proposed_usernames(&identity(username, email, name), 7);
        names[0].text.clone()
    }

    #[test]
    fn the_providers_username_is_taken_as_far_as_it_is_valid_here() {
        for (given, taken) in [
            ("ada", "ada"),
            ("Ada.Lovelace@corp.example", "ada.lovelace"),
            ("CORP\\ada", "corpada"),
            ("  ada   lee  ", "ada.lee"),
            ("ada+chat@corp.example", "adachat"),
            ("-_ada__", "ada"),
            ("박도윤", "박도윤"),
            ("admin", "admin2"),
            ("x", "x2"),
            (&"a".repeat(100), &"a".repeat(26)),
        ] {
            assert_eq!(first(Some(given), None, None), taken);
        }
    }

    #[test]
    fn what_cannot_be_a_username_is_passed_over() {
        let mail = Some("ada@corp.example");
        assert_eq!(first(None, mail, Some("Ada Lee")), "ada");
        assert_eq!(first(None, None, Some("Ada Lee")), "ada.lee");
        // A Cyrillic а.
        assert_eq!(first(Some("\u{430}nna"), mail, None), "ada");
        assert_eq!(first(Some("😀"), None, None), "member");
        assert_eq!(first(None, None, None), "member");
    }

    #[test]
    fn a_taken_username_has_others_that_are_all_different() {
        let names = proposed_usernames(&identity(Some("ada"), None, None), 4_123_456_789);
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(texts[..3], ["ada", "ada2", "ada3"]);
        assert_eq!(texts.last(), Some(&"ada456789"));
        assert_eq!(texts.len(), 10);
    }

    #[test]
    fn no_address_is_shown_to_others() {
        let limits = Limits::default();
        let username = Username::parse("ada").unwrap();
        let name = |username_there, email, name| {
            let identity = identity(username_there, email, name);
            proposed_name(&identity, &username, &limits)
        };
        let mail = Some("ada.lee@corp.example");
        assert_eq!(name(mail, mail, Some("Ada Lee")), "Ada Lee");
        assert_eq!(name(mail, mail, Some(" ")), "ada.lee");
        assert_eq!(name(None, mail, None), "ada");
    }
}
