//! The browser's Unicode tables and URL parser. They add nothing to the page's size, and the
//! browser's parser is the one that opens links.

use js_sys::RegExp;
use shared::markup::{Class, Opened, Platform};
use web_sys::Url;

/// Characters that end a link: see [`Class::End`].
const END: &str =
    r"[\p{C}\p{Z}\p{S}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Term}\p{DI}\p{ExtPict}]|(?=\p{CWKCF})\p{P}";
const PUNCTUATION: &str = r"\p{P}";
const ALPHANUMERIC: &str = r"[\p{Alpha}\p{N}]";
const WORD: &str = r"[\p{Cased}\p{M}\p{N}]";
/// Characters that NFKC or case folding replaces.
const FOLDED: &str = r"\p{CWKCF}";

/// A pattern for a host in one of the given sets of scripts, with digits and a port.
macro_rules! one_of {
    ($(($($script:literal)+))+) => {
        concat!("^(?:" $(, "[" $(, r"\p{sc", $script, "}")+ , r"\d.:-]+|")+ , "[a-z])$")
    };
}

/// The sets of scripts that a host may use together: those of UTS #39, "highly restrictive",
/// and each other recommended script of UAX #31, table 5.
const ONE_ALPHABET: &str = one_of!(
    ("=Latn" "=Hang" "=Hani") ("=Latn" "=Hani" "=Hira" "x=Kana") ("=Latn" "=Hani" "=Bopo")
    ("=Arab") ("=Armn") ("=Beng") ("=Cyrl") ("=Deva") ("=Ethi") ("=Geor") ("=Grek") ("=Gujr")
    ("=Guru") ("=Hebr") ("=Khmr") ("=Knda") ("=Laoo") ("=Mlym") ("=Mymr") ("=Orya") ("=Sinh")
    ("=Taml") ("=Telu") ("=Thaa") ("=Thai") ("=Tibt")
);

/// The browser.
pub struct Browser;

impl Platform for Browser {
    fn is_alphanumeric(&self, c: char) -> bool {
        if c.is_ascii() {
            return c.is_ascii_alphanumeric();
        }
        test(ALPHANUMERIC, c.encode_utf8(&mut [0; 4]))
    }

    fn class(&self, c: char) -> Class {
        let c = c.encode_utf8(&mut [0; 4]).to_owned();
        if test(END, &c) {
            Class::End
        } else if test(PUNCTUATION, &c) {
            Class::Punctuation
        } else if test(WORD, &c) {
            Class::Word
        } else {
            Class::Caseless
        }
    }

    fn is_of_one_alphabet(&self, host: &str) -> bool {
        let host = super::small_letters(host);
        test(ONE_ALPHABET, &host) && !test(FOLDED, &host)
    }

    fn open(&self, address: &str) -> Option<Opened> {
        let url = Url::new(address).ok()?;
        Some(Opened {
            href: url.href(),
            host: url.host(),
        })
    }
}

fn test(pattern: &str, text: &str) -> bool {
    RegExp::new(pattern, "u").test(text)
}
