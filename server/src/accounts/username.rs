//! Usernames: which are valid, and when two count as the same.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use shared::text::is_default_ignorable;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use crate::names;
use crate::store::UsernameKeys;

const MIN_CHARS: usize = 2;
const MAX_CHARS: usize = 32;
/// Longer texts are not even normalised. Compatibility forms are longer by less than this.
const MAX_RAW_BYTES: usize = 1024;

/// Names that address a group, or that look like the place speaks.
const RESERVED: [&str; 34] = [
    "admin",
    "administrator",
    "all",
    "anonymous",
    "bot",
    "channel",
    "deleted",
    "everybody",
    "everyone",
    "guest",
    "here",
    "lobby",
    "madang",
    "me",
    "moderator",
    "null",
    "owner",
    "root",
    "room",
    "security",
    "server",
    "support",
    "system",
    "undefined",
    "관리자",
    "광장",
    "마당",
    "모두",
    "손님",
    "시스템",
    "여기",
    "운영자",
    "전체",
    "소유자",
];

/// Why a text is no username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Fewer than two characters.
    #[error("the username is too short")]
    TooShort,
    /// More than 32 characters.
    #[error("the username is too long")]
    TooLong,
    /// Characters other than letters, digits, and `.`, `_`, `-` between them; or scripts that no
    /// language mixes.
    #[error("the username has characters that are not allowed")]
    Characters,
    /// It names a group of people or the place itself.
    #[error("the username is reserved")]
    Reserved,
}

/// A valid username, with its two keys. Each is unique among all people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username {
    /// The name as it is shown: in small letters, as a capital I looks like a small l; in
    /// normalisation form KC.
    pub text: String,
    /// Equal for names that differ only in case or normal form.
    pub key: String,
    /// Equal for names that look alike besides (the skeleton of UTS #39).
    pub look: String,
}

impl From<Username> for UsernameKeys {
    fn from(username: Username) -> Self {
        let Username { text, key, look } = username;
        UsernameKeys {
            username: text,
            key,
            look,
        }
    }
}

impl Username {
    /// Parses what a person typed.
    ///
    /// # Errors
    /// All of [`UsernameError`].
    pub fn parse(raw: &str) -> Result<Self, UsernameError> {
        let username = Self::parse_any(raw)?;
        let is_reserved = RESERVED.iter().any(|word| {
            let (key, look) = keys(word);
            key == username.key || look == username.look
        });
        if is_reserved {
            return Err(UsernameError::Reserved);
        }
        Ok(username)
    }

    /// Parses a name to be looked for, which may be reserved: nobody has it then.
    ///
    /// # Errors
    /// All but `Reserved`.
    pub fn parse_any(raw: &str) -> Result<Self, UsernameError> {
        let raw = raw.trim();
        if raw.len() > MAX_RAW_BYTES {
            return Err(UsernameError::TooLong);
        }
        let text: String = raw
            .nfkc()
            .collect::<String>()
            .to_lowercase()
            .nfkc()
            .collect();
        let length = text.chars().count();
        if length > MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        if !has_allowed_characters(&text) {
            return Err(UsernameError::Characters);
        }
        if length < MIN_CHARS {
            return Err(UsernameError::TooShort);
        }
        let (key, look) = keys(&text);
        Ok(Username { text, key, look })
    }
}

fn has_allowed_characters(text: &str) -> bool {
    let is_inner = |c: char| matches!(c, '.' | '_' | '-');
    let ends_well = !text.starts_with(is_inner) && !text.ends_with(is_inner);
    // Two in a row look like one, or like a longer dash.
    let has_pair = text
        .chars()
        .zip(text.chars().skip(1))
        .any(|(one, next)| is_inner(one) && is_inner(next));
    // Without the separators it is one word, and mixes no scripts across them.
    let word: String = text.chars().filter(|&c| !is_inner(c)).collect();
    ends_well && !has_pair && word.chars().all(is_letter_or_digit) && names::is_one_word(&word)
}

/// Marks are part of letters in many scripts; joiners and emoji are not allowed.
fn is_letter_or_digit(c: char) -> bool {
    let category = names::category(c);
    let is_word = GeneralCategoryGroup::Letter.contains(category)
        || category == GeneralCategory::DecimalNumber
        || category == GeneralCategory::NonspacingMark
        || category == GeneralCategory::SpacingMark;
    is_word && !is_default_ignorable(c)
}

/// The key and the look of a text in normalisation form KC.
fn keys(text: &str) -> (String, String) {
    let key = fold(text);
    // The skeleton of small letters may have capitals, as that of the digit 0 does.
    let look = fold(&skeleton(&key).collect::<String>());
    (key, look)
}

/// Without case, in form KC: ß and SS, ſ and s, ς and σ become equal.
fn fold(text: &str) -> String {
    let folded = text.to_lowercase().to_uppercase().to_lowercase();
    // What became a final sigma at an end of the word is a common one.
    folded.replace('ς', "σ").nfkc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(raw: &str) -> Username {
        Username::parse(raw).unwrap()
    }

    #[test]
    fn names_of_many_languages_are_valid() {
        for raw in [
            "anna",
            "j.doe",
            "a-b_c",
            "x1",
            "Ana\u{EF}s",
            "박도윤",
            "도윤kim",
            "山田太郎",
            "иван",
            "محمد",
            "हिन्दी",
            " anna ",
            "ｗｉｄｅ",
        ] {
            assert!(Username::parse(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (raw, error) in [
            ("", UsernameError::TooShort),
            ("a", UsernameError::TooShort),
            (&"a".repeat(33), UsernameError::TooLong),
            (&"a".repeat(2000), UsernameError::TooLong),
            (".anna", UsernameError::Characters),
            ("anna-", UsernameError::Characters),
            ("an..na", UsernameError::Characters),
            ("an na", UsernameError::Characters),
            ("an@na", UsernameError::Characters),
            ("an\u{200B}na", UsernameError::Characters),
            ("an\u{202E}na", UsernameError::Characters),
            ("\u{301}anna", UsernameError::Characters),
            ("an😀na", UsernameError::Characters),
            // A Cyrillic а, in one word and beyond a separator.
            ("\u{430}nna", UsernameError::Characters),
            ("anna.\u{430}\u{431}", UsernameError::Characters),
            ("ㅤㅤ", UsernameError::Characters),
        ] {
            assert_eq!(Username::parse(raw), Err(error), "{raw:?}");
        }
    }

    #[test]
    fn reserved_names_and_what_looks_like_them_are_refused() {
        for raw in [
            "admin",
            "ADMIN",
            "모두",
            "adrnin",
            "l0bby",
            "ｈｅｒｅ",
            "전체",
        ] {
            assert_eq!(Username::parse(raw), Err(UsernameError::Reserved), "{raw}");
        }
        assert!(Username::parse_any("admin").is_ok());
        // With a capital I it would look like `lobby`.
        assert_eq!(parsed("Iobby").text, "iobby");
    }

    #[test]
    fn what_looks_alike_has_one_look_but_its_own_key() {
        for (one, other) in [("paul1", "paull"), ("rnike", "mike"), ("anna0", "annao")] {
            assert_eq!(parsed(one).look, parsed(other).look, "{one} {other}");
            assert_ne!(parsed(one).key, parsed(other).key, "{one} {other}");
        }
        // A whole word in Cyrillic that looks like a Latin one.
        assert_eq!(parsed("сор").look, parsed("cop").look);
        for (one, other) in [("straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("ﬁx", "FIX")] {
            assert_eq!(parsed(one).key, parsed(other).key, "{one} {other}");
        }
        assert_ne!(parsed("anna").look, parsed("hanna").look);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_folding_is_idempotent(raw in "\\PC{0,40}|\\w{2,12}") {
            if let Ok(name) = Username::parse(&raw) {
                let again = keys(&name.key);
                prop_assert_eq!(&again.0, &name.key);
                prop_assert_eq!(&again.1, &name.look);
                prop_assert_eq!(fold(&name.look), name.look);
            }
        }

        #[test]
        fn case_and_normal_form_do_not_make_another_name(raw in "[a-zA-Z가-힣äöüéñ]{2,10}") {
            let forms = [
                raw.to_lowercase(),
                raw.to_uppercase(),
                raw.nfd().collect(),
                raw.nfkd().collect(),
            ];
            if let Ok(name) = Username::parse(&raw) {
                for form in forms {
                    let other = Username::parse(&form);
                    prop_assert_eq!(other.map(|other| other.key), Ok(name.key.clone()));
                }
            }
        }
    }
}
