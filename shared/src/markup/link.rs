//! Where a link begins and ends.
//!
//! A link begins with `http://`, `https://` or `mailto:`, in whatever case, where no
//! ASCII letter or digit stands before it. It ends
//!
//! * before white space, a control character, `<`, `>`, `"`, a backtick, or
//!   punctuation that only Chinese, Japanese and Korean text uses (`。`, `」` …);
//! * before a Hangul syllable, a kana or a Chinese character that follows an ASCII
//!   letter, digit or closing bracket: in `https://example.com에서` the particle is
//!   none of the address, while `https://example.com/문서` goes on behind the slash.
//!   What follows such characters in a path cannot be told from them and belongs to it;
//! * and loses, from its end, `. , ; : ! ? ' * _ ~` and closing brackets that were not
//!   opened within it, so that it can end a sentence or stand in brackets.

/// The longest part before the `@` of a mail address: RFC 5321 §4.5.3.1.1. Looking no
/// further keeps the time in proportion to the text.
const LONGEST_LOCAL_PART: usize = 64;

/// Whether a link may begin behind this text.
pub(super) fn may_begin(before: &str) -> bool {
    !before
        .as_bytes()
        .last()
        .is_some_and(u8::is_ascii_alphanumeric)
}

/// How long the link is that this text begins with, in bytes; none if it does not.
pub(super) fn length(text: &str) -> Option<usize> {
    let scheme = scheme(text)?;
    let rest = &text[scheme..];
    let first = rest.chars().next()?;
    if !(first.is_alphanumeric() || first == '[') {
        return None;
    }
    let is_mail = text.as_bytes()[scheme - 1] == b':';
    if is_mail {
        let at = rest
            .bytes()
            .take(LONGEST_LOCAL_PART + 1)
            .position(|byte| byte == b'@')?;
        let host = rest[at + 1..].chars().next()?;
        let is_word = |byte: u8| byte.is_ascii_graphic();
        if !host.is_alphanumeric() || !rest.bytes().take(at).all(is_word) {
            return None;
        }
    }
    let end = scheme + trimmed(&rest[..extent(rest)]);
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

/// How far an address could go.
fn extent(text: &str) -> usize {
    let mut before = '/';
    for (at, c) in text.char_indices() {
        let is_word_end = before.is_ascii_alphanumeric() || matches!(before, ')' | ']' | '}');
        if ends(c) || (is_word_end && is_cjk(c)) {
            return at;
        }
        before = c;
    }
    text.len()
}

fn ends(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '‘' | '’')
        || matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301F}')
        || matches!(c, '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}')
        || matches!(c, '\u{FF5B}'..='\u{FF65}')
        // Marks of direction show nothing and would turn what follows the link.
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11FF}' | '\u{3040}'..='\u{30FF}' | '\u{3130}'..='\u{318F}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What is left without punctuation that belongs to the sentence.
fn trimmed(text: &str) -> usize {
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
            None => matches!(
                c,
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…'
            ),
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
    use super::*;

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
        ] {
            assert_eq!(length(text), Some(link.len()), "{text}");
        }
    }

    #[test]
    fn what_has_no_address_is_no_link() {
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
