//! Whose texts are here. English is in the program; each other language is a piece of the page, so
//! that nobody loads the texts of two.

use std::sync::OnceLock;

use super::current::Language;
use super::strings::Strings;
use super::{en, ko};
use crate::piece::piece_table;

static KOREAN: OnceLock<&'static Strings> = OnceLock::new();

piece_table!(
    korean,
    fn korean_piece() -> &'static Strings {
        &ko::STRINGS
    }
);

/// The texts of a language, if they are here.
#[cfg_attr(
    not(feature = "split"),
    expect(clippy::unnecessary_wraps, reason = "with pieces it may not be here")
)]
pub(super) fn of(language: Language) -> Option<&'static Strings> {
    match language {
        Language::English => Some(&en::STRINGS),
        #[cfg(feature = "split")]
        Language::Korean => KOREAN.get().copied(),
        #[cfg(not(feature = "split"))]
        Language::Korean => Some(&ko::STRINGS),
    }
}

/// Whether the texts of a language are here.
pub fn is_here(language: Language) -> bool {
    of(language).is_some()
}

/// Loads the texts of a language. Returns whether they are here.
pub async fn load(language: Language) -> bool {
    match language {
        Language::English => {}
        Language::Korean => {
            let texts = korean_piece().await.ok();
            if let Some(texts) = texts {
                KOREAN.get_or_init(|| texts);
            }
        }
    }
    is_here(language)
}
