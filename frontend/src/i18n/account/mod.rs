//! The texts of the forms of accounts. Only their piece of the page leads to them, so that nobody
//! else loads them.

mod en;
mod ko;
mod strings;

use super::{Language, language};

pub use strings::{AccountStrings, StrengthStrings};

/// The texts of the current language, tracked.
pub fn words() -> &'static AccountStrings {
    match language() {
        Language::English => &en::STRINGS,
        Language::Korean => &ko::STRINGS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_said_in_seconds_and_then_in_minutes() {
        for (strings, first, second) in [
            (&en::STRINGS, "59 seconds", "2 minutes"),
            (&ko::STRINGS, "59초", "2분"),
        ] {
            assert!((strings.wait)(59).contains(first));
            assert!((strings.wait)(61).contains(second));
        }
        assert!((en::STRINGS.wait)(1).contains("1 second."));
    }
}
