//! Where a link begins and ends.
//!
//! A link begins with `http://`, `https://` or `mailto:`, in any case, if no ASCII letter or
//! digit is before it. It ends
//!
//! * before white space, a control character, `<`, `>`, `"`, a backtick or a backslash;
//! * beyond ASCII, before everything but letters, digits, marks and punctuation: before
//!   symbols and emoji, brackets and quotation marks, characters that end a sentence or a
//!   clause in any language (`。`, `،`, `।` …), and invisible characters;
//! * before a letter without case (Hangul, kana, Han, Thai, Arabic, Devanagari …) that
//!   follows an ASCII letter, digit or closing bracket. In `https://example.com에서` the
//!   particle is not part of the address; `https://example.com/문서` continues after the
//!   slash. Letters without case inside a path belong to it.
//!
//! Then punctuation at its end is removed, and closing brackets that were not opened in it,
//! so that a link can end a sentence or stand in brackets.

use super::piece::piece;
use super::platform::{Class, Platform};

/// The longest part before the `@` of a mail address: RFC 5321 §4.5.3.1.1. The bound keeps
/// the parser linear.
const LONGEST_LOCAL_PART: usize = 64;

/// Variation selector: shows the character before it as an emoji.
const PICTURE_STYLE: char = '\u{FE0F}';
/// Combining mark: makes an emoji of a digit.
const KEYCAP: char = '\u{20E3}';

/// Whether a link may begin after this text.
pub(super) fn may_begin(before: &str) -> bool {
    !before
        .as_bytes()
        .last()
        .is_some_and(u8::is_ascii_alphanumeric)
}

/// The length in bytes of the link at the start of this text; `None` if there is none.
pub(super) fn length(text: &str, platform: &dyn Platform) -> Option<usize> {
    let scheme = scheme(text)?;
    let rest = piece(text, scheme..);
    let first = rest.chars().next()?;
    if !(platform.is_alphanumeric(first) || first == '[') {
        return None;
    }
    let is_mail = text.as_bytes()[scheme - 1] == b':';
    if is_mail {
        let at = rest
            .bytes()
            .take(LONGEST_LOCAL_PART + 1)
            .position(|byte| byte == b'@')?;
        let host = piece(rest, at + 1..).chars().next()?;
        let is_word = |byte: u8| byte.is_ascii_graphic();
        if !platform.is_alphanumeric(host) || !rest.bytes().take(at).all(is_word) {
            return None;
        }
    }
    let end = scheme + trimmed(piece(rest, ..extent(rest, platform)), platform);
    (end > scheme).then_some(end)
}

fn scheme(text: &str) -> Option<usize> {
    ["https://", "http://", "mailto:"]
        .into_iter()
        .map(str::len)
        .zip(["https://", "http://", "mailto:"])
        .find(|(length, scheme)| {
            text.get(..*length)
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
        .map(|(length, _)| length)
}

/// The longest possible extent of the address.
fn extent(text: &str, platform: &dyn Platform) -> usize {
    let (mut before, mut before_at) = ('/', 0);
    let mut before_class = Class::End;
    let mut is_behind_host = false;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let class = if c.is_ascii() {
            Class::End
        } else {
            platform.class(c)
        };
        let ends = match c {
            // The character before it is an emoji.
            PICTURE_STYLE | KEYCAP => return before_at,
            '\u{200C}' | '\u{200D}' => {
                let joined = |class| matches!(class, Class::Word | Class::Caseless);
                let next = rest.peek().filter(|(_, next)| !next.is_ascii());
                let next = next.map_or(Class::End, |(_, next)| platform.class(*next));
                !is_behind_host || !joined(before_class) || !joined(next)
            }
            c if c.is_ascii() => {
                is_behind_host |= matches!(c, '/' | '?' | '#');
                c.is_ascii_whitespace()
                    || c.is_ascii_control()
                    || matches!(c, '<' | '>' | '"' | '`' | '\\')
            }
            _ => {
                let is_word_end =
                    before.is_ascii_alphanumeric() || matches!(before, ')' | ']' | '}');
                class == Class::End || (class == Class::Caseless && is_word_end)
            }
        };
        if ends {
            return at;
        }
        (before, before_at, before_class) = (c, at, class);
    }
    text.len()
}

/// The length without the punctuation that belongs to the sentence.
fn trimmed(text: &str, platform: &dyn Platform) -> usize {
    let count = |c: char| text.matches(c).count();
    let mut unopened = [
        (')', count(')').saturating_sub(count('('))),
        (']', count(']').saturating_sub(count('['))),
        ('}', count('}').saturating_sub(count('{'))),
    ];
    let mut end = text.len();
    for c in text.chars().rev() {
        let bracket = unopened.iter_mut().find(|(closing, _)| *closing == c);
        let falls = match bracket {
            Some((_, unopened)) if *unopened > 0 => {
                *unopened -= 1;
                true
            }
            Some(_) => false,
            None if c.is_ascii() => {
                matches!(
                    c,
                    '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~'
                )
            }
            None => platform.class(c) == Class::Punctuation,
        };
        if !falls {
            break;
        }
        end -= c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::platform::native::Native;

    fn length(text: &str) -> Option<usize> {
        super::length(text, &Native)
    }

    #[test]
    fn a_link_ends_where_the_address_does() {
        for (text, link) in [
            ("https://a.b", "https://a.b"),
            ("HTTP://A.B/c?d=e#f.", "HTTP://A.B/c?d=e#f"),
            ("https://a.b/c, d", "https://a.b/c"),
            ("https://a.b/c!?", "https://a.b/c"),
            ("https://a.b/(c)", "https://a.b/(c)"),
            ("https://a.b/c)", "https://a.b/c"),
            ("https://a.b/(c)).", "https://a.b/(c)"),
            ("https://a.b/c\"d", "https://a.b/c"),
            ("https://a.b/<c>", "https://a.b/"),
            ("https://a.b**", "https://a.b"),
            ("https://[::1]:80/", "https://[::1]:80/"),
            ("mailto:a.b@c.d.", "mailto:a.b@c.d"),
            ("https://bücher.example/ä", "https://bücher.example/ä"),
        ] {
            assert_eq!(length(text), Some(link.len()), "{text}");
        }
    }

    #[test]
    fn a_particle_is_not_part_of_the_address() {
        for (text, link) in [
            ("https://example.com에서", "https://example.com"),
            ("https://example.com/a)를", "https://example.com/a"),
            ("https://example.com/w/문서", "https://example.com/w/문서"),
            ("https://한국.kr/길", "https://한국.kr/길"),
            (
                "https://example.com/?q=서울&r=1은",
                "https://example.com/?q=서울&r=1",
            ),
            ("https://example.comを見て", "https://example.com"),
            ("https://example.com。次", "https://example.com"),
            ("https://example.com」と", "https://example.com"),
            ("https://example.comを見て", "https://example.com"),
            ("https://example.comครับ", "https://example.com"),
            ("https://example.com/aको देखें", "https://example.com/a"),
            ("https://example.com/文書。次", "https://example.com/文書"),
        ] {
            assert_eq!(length(text), Some(link.len()), "{text}");
        }
    }

    /// Characters that end a link and are not part of it.
    const ENDS: &[&str] = &[
        "»",
        "«",
        "›",
        "”",
        "“",
        "„",
        "‚",
        "’",
        "‘",
        "‹",
        "「",
        "」",
        "『",
        "』",
        "（",
        "）",
        "【",
        "》",
        "⟩",
        "⦆",
        "،",
        "؛",
        "؟",
        "۔",
        "।",
        "॥",
        "။",
        "።",
        "։",
        "؟!",
        "…",
        "…!",
        "—",
        "–",
        "·",
        "•",
        "、",
        "。",
        "！",
        "？",
        "：",
        "．",
        "·.",
        "‼",
        "⁇",
        "¿",
        "†",
        "👍",
        "👍🏽",
        "🇰🇷",
        "❤\u{FE0F}",
        "☎\u{FE0E}",
        "👩\u{200D}🚀",
        "🅰\u{FE0F}",
        "Ⓜ",
        "ℹ\u{FE0F}",
        "©",
        "™",
        "→",
        "₩",
        "°",
        "\u{200B}",
        "\u{FEFF}",
        "\u{202E}",
        "\u{2069}",
        "\u{200D}",
        "\u{200C}",
        "\u{AD}",
        "\u{A0}",
        "\u{3000}",
        "\u{2028}",
        "\u{85}",
        "\u{FE0E}",
        "\u{E0041}",
        "\u{3164}",
        "\u{E000}",
        "\u{FFFC}",
        "\u{FFFF}",
        "\u{378}",
        "\\b",
        "\\@evil.example",
        "🅰",
    ];

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table of what ends a link")]
    fn a_link_ends_by_the_classes_of_characters() {
        let address = "https://example.com/a";
        for end in ENDS {
            // Followed by nothing, another word, or a new line.
            for behind in ["", " b", "\n"] {
                let text = format!("{address}{end}{behind}");
                let linked = &text[..length(&text).unwrap()];
                assert_eq!(linked, address, "{end:?}");
            }
        }
        for (text, link) in [
            (
                "https://example.com/1\u{FE0F}\u{20E3}",
                "https://example.com/",
            ),
            ("https://example.com/a1\u{20E3}", "https://example.com/a"),
            ("https://example.com/aⓂ\u{FE0F}", "https://example.com/a"),
        ] {
            assert_eq!(length(text), Some(link.len()), "{text}");
        }
    }

    #[test]
    fn addresses_in_any_language_stay_whole() {
        for link in [
            "https://ko.wikipedia.org/wiki/가·나",
            "https://ja.wikipedia.org/wiki/ジョン・レノン",
            "https://ja.wikipedia.org/wiki/コンピューター",
            "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
            "https://hi.wikipedia.org/wiki/हिन्दी",
            "https://fa.wikipedia.org/wiki/می\u{200C}خواهم",
            "https://th.wikipedia.org/wiki/ผู้ใหญ่",
            "https://ar.wikipedia.org/wiki/عَرَبِيّ",
            "https://fr.wikipedia.org/wiki/Cafe\u{301}_(lieu)",
            "https://bücher.example/ä#Ü",
            "https://example.com/①½",
            "https://ru.wikipedia.org/wiki/Ёж?a=б",
        ] {
            assert_eq!(length(link), Some(link.len()), "{link}");
        }
    }

    #[test]
    fn a_scheme_without_an_address_is_no_link() {
        for text in [
            "https://",
            "https:// a",
            "http://.",
            "https:/a.b",
            "ftp://a.b",
            "javascript:alert(1)",
            "mailto:a",
            "mailto:@b.c",
            "mailto:a@",
            "mailto:a b@c",
        ] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
