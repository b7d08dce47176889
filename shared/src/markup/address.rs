//! What a link shows, so that it never shows another address than it opens.
//!
//! A link shows the address as it was written if the URL parser only adds percent signs, and
//! if its host cannot be mistaken for another. Otherwise it shows the parser's form, with the
//! host in ASCII (`xn--…`). User information that looks like a host, as in
//! `https://bank.example@evil.example`, is not part of the link.

use super::piece::piece;
use super::platform::{Opened, Platform};

/// How to show a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The text of the link.
    pub text: String,
    /// Plain text before the link; usually empty.
    pub unlinked: String,
    /// The address that it opens.
    pub href: String,
}

/// The link of an address; `None` if it opens nothing.
pub fn address(written: &str, platform: &dyn Platform) -> Option<Address> {
    let Opened { href, host } = platform.open(written)?;
    let shown = |text: &str, unlinked: &str, href: String| {
        let (text, unlinked) = (text.to_owned(), unlinked.to_owned());
        Some(Address {
            text,
            unlinked,
            href,
        })
    };
    if shows_what_it_opens(written, &href, &host, platform) {
        return shown(written, "", href);
    }
    let behind_user = host_at(&href).and_then(|scheme| {
        let mut named = piece(&href, scheme..path_at(&href, scheme)).bytes();
        Some((scheme, scheme + named.rposition(|byte| byte == b'@')? + 1))
    });
    match behind_user {
        Some((scheme, host)) => {
            let opened = piece(&href, ..scheme).to_owned() + piece(&href, host..);
            shown(piece(&href, host..), piece(&href, ..host), opened)
        }
        None => shown(&href.clone(), "", href),
    }
}

/// Where the host begins; `None` for `mailto:`.
fn host_at(address: &str) -> Option<usize> {
    let scheme = address.bytes().position(|byte| byte == b':')?;
    piece(address, scheme..)
        .starts_with("://")
        .then_some(scheme + 3)
}

/// Where the path, or whatever follows the host, begins.
fn path_at(address: &str, host: usize) -> usize {
    let ends = |byte: u8| matches!(byte, b'/' | b'?' | b'#');
    let path = address.bytes().skip(host).position(ends);
    path.map_or(address.len(), |path| host + path)
}

fn shows_what_it_opens(written: &str, href: &str, host: &str, platform: &dyn Platform) -> bool {
    let scheme = host_at(written);
    // In mail addresses the part before the `@` is not misleading.
    let from = scheme
        .or_else(|| written.bytes().rposition(|byte| byte == b'@'))
        .unwrap_or_default();
    let path = path_at(written, from);
    let named = piece(written, from..path);
    let is_named_truly = match (scheme, named.is_ascii()) {
        (Some(_), true) => named.eq_ignore_ascii_case(host),
        (Some(_), false) if named.bytes().any(|byte| byte == b'@') => false,
        _ => is_unmistakable(named, platform),
    };
    // The parser adds a slash to a host without a path.
    let opened = |from: usize| href.get(from..)?.strip_prefix(host);
    let (path, opened) = match scheme {
        None => (written, Some(href)),
        Some(scheme) if piece(written, path..).starts_with('/') => {
            (piece(written, path..), opened(scheme))
        }
        Some(scheme) => (
            piece(written, path..),
            opened(scheme).and_then(|path| path.strip_prefix('/')),
        ),
    };
    is_named_truly && opened.is_some_and(|opened| opens_as_written(path, opened))
}

/// Whether two addresses differ in nothing but percent signs and the scheme's case.
fn opens_as_written(written: &str, opened: &str) -> bool {
    let (mut written, mut opened) = (written.bytes(), opened.bytes());
    loop {
        match (decoded(&mut written), decoded(&mut opened)) {
            (None, None) => return true,
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

/// The next byte; a percent sign with two digits is decoded.
fn decoded(bytes: &mut std::str::Bytes<'_>) -> Option<u8> {
    let byte = bytes.next()?;
    if byte == b'%' {
        let mut ahead = bytes.clone();
        let mut digit = || char::from(ahead.next()?).to_digit(16);
        if let (Some(high), Some(low)) = (digit(), digit()) {
            *bytes = ahead;
            return u8::try_from(high * 16 + low).ok();
        }
    }
    Some(byte)
}

/// Whether this host cannot be mistaken for another.
fn is_unmistakable(host: &str, platform: &dyn Platform) -> bool {
    if host.is_ascii() {
        return true;
    }
    let is_lookalike = |c: char| LOOKALIKES.chars().any(|alike| alike == c);
    let mut foreign = host.chars().filter(|c| !c.is_ascii());
    let imitates = if host.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        foreign.any(is_lookalike)
    } else {
        foreign.all(is_lookalike)
    };
    !imitates && platform.is_of_one_alphabet(host)
}

/// Characters that look like one ASCII character: letters and digits that a host may hold,
/// of scripts that are mixed with Latin or resemble it, whose skeleton (UTS #39) is one ASCII
/// character.
const LOOKALIKES: &str = "\
    þıƍƒƽƿǀǃȣȷɑɡɣɩɪɯʄʋʏʔαγινορσυϳϸабгеорсухшѕіјѡѵүһҽӏԁԛԝագզհյոռսցւքօ\
    ֆᄋᆼᴄᴏᴑᴜᴠᴡᴢᴦᶃᶌẝỿⱬ〇ノㄒㄚ丅丫丶丿ꙇꜱꝯꝸꞁꞌꞙꞟꟺꟾꬲꬵꬽꭇꭈꭎꭒꭚꭤ𐅀𐅁𐅛𐆋\
    \u{1DF5A}\u{1DF7D}\u{1DF81}";

#[cfg(test)]
mod tests {
    use icu_properties::props::{ChangesWhenNfkcCasefolded, Script as S};
    use icu_properties::{CodePointMapData, CodePointSetData};

    use super::super::platform::Class;
    use super::super::platform::native::Native;
    use super::*;

    fn shown(written: &str) -> (String, String, String) {
        let Address {
            text,
            unlinked,
            href,
        } = address(written, &Native).unwrap_or_else(|| panic!("no link: {written}"));
        (unlinked, text, href)
    }

    #[test]
    fn a_plain_address_is_shown_as_it_was_written() {
        for (written, href) in [
            ("https://example.com", "https://example.com/"),
            ("HTTP://Example.COM/A", "http://example.com/A"),
            ("https://example.com?a=b", "https://example.com/?a=b"),
            ("https://example.com#a", "https://example.com/#a"),
            ("https://example.com:8080/", "https://example.com:8080/"),
            ("https://example.com/@ada", "https://example.com/@ada"),
            (
                "https://example.com/?to=a@b.c",
                "https://example.com/?to=a@b.c",
            ),
            (
                "https://example.com/a{1}|'b'",
                "https://example.com/a{1}|'b'",
            ),
            ("https://example.com/%41%zz%", "https://example.com/%41%zz%"),
            ("https://한국.kr/길", "https://xn--3e0b707e.kr/%EA%B8%B8"),
            ("https://例え.jp", "https://xn--r8jz45g.jp/"),
            ("https://コーヒー.jp/", "https://xn--tck2c4fb.jp/"),
            (
                "https://bücher.example/ä",
                "https://xn--bcher-kva.example/%C3%A4",
            ),
            ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
            (
                "https://παράδειγμα.ελ/",
                "https://xn--hxajbheg2az3al.xn--qxam/",
            ),
            ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
            ("https://[::1]:80/a", "https://[::1]:80/a"),
            (
                "mailto:ada@example.com?subject=a%20b",
                "mailto:ada@example.com?subject=a%20b",
            ),
        ] {
            let (unlinked, text, opened) = shown(written);
            assert_eq!((unlinked.as_str(), text.as_str()), ("", written));
            // ICU4X and the URL parser may implement different versions of Unicode.
            let same = url::Url::parse(href).unwrap();
            assert_eq!(opened, same.as_str());
        }
    }

    #[test]
    fn a_misleading_address_shows_what_it_opens() {
        for (written, unlinked, text) in [
            (
                "https://bank.example@evil.example",
                "https://bank.example@",
                "evil.example/",
            ),
            (
                "https://bank.example%2Flogin:80@evil.example:81/a?b#c",
                "https://bank.example%2Flogin:80@",
                "evil.example:81/a?b#c",
            ),
            (
                "https://a@bank.example@evil.example/@b",
                "https://a%40bank.example@",
                "evil.example/@b",
            ),
            // Cyrillic, alone and mixed; Greek; Latin letters beyond ASCII.
            ("https://аpple.com/", "", "https://xn--pple-43d.com/"),
            ("https://пример.com/", "", "https://xn--e1afmkfd.com/"),
            ("https://аррӏе.со/", "", "https://xn--80ak6aa92e.xn--n1af/"),
            ("https://αpple.com/", "", "https://xn--pple-zld.com/"),
            ("https://ɡoogle.com/", "", "https://xn--oogle-qmc.com/"),
            ("https://ıcloud.com/", "", "https://xn--cloud-m4a.com/"),
            (
                "https://bankノlogin.jp/",
                "",
                "https://xn--banklogin-j74h.jp/",
            ),
            ("https://ｂａｎｋ.example/", "", "https://bank.example/"),
            (
                "https://b\u{E1}nk\u{331}.example/",
                "",
                "https://xn--bn-mia7411a.example/",
            ),
            // The parser opens another address than the one that was written.
            ("https://0x7f.1/", "", "https://127.0.0.1/"),
            ("https://2130706433", "", "https://127.0.0.1/"),
            ("https://b%61nk.example/", "", "https://bank.example/"),
            (
                "https://a.example/bank/../evil",
                "",
                "https://a.example/evil",
            ),
            (
                "https://a.example/%2e%2e/evil",
                "",
                "https://a.example/evil",
            ),
            ("https://a.example:443/", "", "https://a.example/"),
            (
                "mailto:ada@bаnk.example",
                "",
                "mailto:ada@b%D0%B0nk.example",
            ),
        ] {
            let (before, shows, href) = shown(written);
            assert_eq!(before, unlinked, "{written}");
            assert_eq!(shows, text, "{written}");
            assert!(href.ends_with(&shows), "{written}: {href}");
            assert!(!href[7..].contains("@evil"), "{written}: {href}");
        }
        for nothing in ["https://a b/", "https://a..b:99999/"] {
            assert_eq!(address(nothing, &Native), None, "{nothing}");
        }
    }

    const ALIKE: &[S] = &[
        S::Armenian,
        S::Bopomofo,
        S::Cyrillic,
        S::Greek,
        S::Han,
        S::Hangul,
        S::Hiragana,
        S::Katakana,
        S::Latin,
    ];

    #[test]
    fn lookalikes_are_those_of_unicode() {
        let found: String = ('\u{80}'..=char::MAX)
            .filter(|c| ALIKE.contains(&CodePointMapData::<S>::new().get(*c)))
            .filter(|c| !CodePointSetData::new::<ChangesWhenNfkcCasefolded>().contains(*c))
            .filter(|c| matches!(Native.class(*c), Class::Word | Class::Caseless))
            .filter(|c| {
                let skeleton: String = unicode_security::skeleton(&c.to_string()).collect();
                skeleton.len() == 1
            })
            .filter(|c| {
                let opened = Native.open(&format!("https://{c}/"));
                opened.is_some_and(|opened| opened.host.starts_with("xn--"))
            })
            .collect();
        assert_eq!(LOOKALIKES, found);
    }
}
