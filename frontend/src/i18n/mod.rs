//! The page's texts.
//!
//! [`Strings`] has a field for every text. Each language is one file with one static, so a
//! missing text does not compile. English is in the program; the others are pieces of the page
//! (`texts`). [`t`] returns the texts of the current language and is tracked:
//! a closure of a view that reads it is updated when the language changes. [`tr!`](crate::tr) is
//! the short form for a text without arguments. [`format`] writes times and numbers. Texts of
//! people or of the server do not belong here.

pub mod account;
pub mod arranging;
mod current;
mod en;
pub mod format;
mod ko;
pub mod lines;
pub mod provider;
mod refusals;
pub mod rooms;
pub mod settings;
mod spoken;
mod strings;
mod texts;

pub use current::{Language, language};
pub use spoken::{fetch, follow};
pub use strings::Strings;
pub use texts::{is_here, load};

impl Language {
    /// All languages, in the order of the settings.
    pub const ALL: [Language; 2] = [Language::English, Language::Korean];

    /// The texts of the language; English if they are not here.
    pub fn strings(self) -> &'static Strings {
        texts::of(self).unwrap_or(&en::STRINGS)
    }
}

/// The texts of the current language, tracked.
pub fn t() -> &'static Strings {
    language().strings()
}

/// A text without arguments for a view: `<p>{tr!(people.empty)}</p>`.
///
/// A plain function pointer: all texts in views have the same type, which keeps the WebAssembly
/// small.
#[macro_export]
macro_rules! tr {
    ($($path:tt)+) => {
        (|| $crate::i18n::t().$($path)+) as fn() -> &'static str
    };
}

#[cfg(test)]
mod tests {
    use shared::error::{ErrorCode, Field};

    use super::*;

    #[test]
    fn every_refusal_has_a_sentence_in_every_language() {
        for language in Language::ALL {
            for code in ErrorCode::ALL {
                for field in [
                    None,
                    Some(Field::Body),
                    Some(Field::Name),
                    Some(Field::Topic),
                    Some(Field::Place),
                ] {
                    let sentence = (language.strings().refusal)(code, field);
                    assert!(sentence.ends_with('.'), "{language:?} {code:?}: {sentence}");
                }
            }
        }
    }

    #[test]
    fn the_languages_do_not_share_sentences() {
        for code in ErrorCode::ALL {
            let [english, korean] = Language::ALL.map(|l| (l.strings().refusal)(code, None));
            assert_ne!(english, korean, "{code:?}");
            assert!(
                english.is_ascii() || english.contains(['’', '…']),
                "{english}"
            );
        }
    }

    #[test]
    fn english_knows_one_from_many() {
        let strings = Language::English.strings();
        assert_eq!((strings.people.count)(1), "1 person");
        assert_eq!((strings.people.count)(2), "2 people");
        assert_eq!((strings.sidebar.unread)(1), "1 unread message");
        assert_eq!((strings.sidebar.unread)(7), "7 unread messages");
    }

    #[test]
    fn unread_messages_are_counted_to_99() {
        let english = Language::English.strings();
        assert_eq!((english.sidebar.unread)(99), "99 unread messages");
        assert_eq!((english.sidebar.unread)(100), "99+ unread messages");
        assert_eq!((english.timeline.jump_to_new)(100), "99+ new messages");
        let korean = Language::Korean.strings();
        assert_eq!((korean.sidebar.unread)(99), "읽지 않은 메시지 99개");
        assert_eq!((korean.sidebar.unread)(100), "읽지 않은 메시지 99+개");
        assert_eq!((korean.timeline.jump_to_new)(100), "새 메시지 99+개");
    }

    #[test]
    fn typing_names_up_to_two() {
        let names = |n: usize| ["하나", "John", "Mina"][..n].to_vec();
        let english = Language::English.strings();
        assert_eq!((english.people.typing)(&names(1)), "하나 is typing");
        assert_eq!(
            (english.people.typing)(&names(2)),
            "하나 and John are typing"
        );
        assert_eq!((english.people.typing)(&names(3)), "3 people are typing");
        let korean = Language::Korean.strings();
        assert_eq!((korean.people.typing)(&names(1)), "하나 님이 입력 중");
        assert_eq!((korean.people.typing)(&names(3)), "3명이 입력 중");
    }

    #[test]
    fn without_a_source_the_page_speaks_english() {
        assert_eq!(t().tag, "en");
    }
}
