//! The `Platform` of tests: ICU's tables, and the `url` crate, which follows the same
//! standard as browsers.

use icu_properties::props::{
    Cased, ChangesWhenNfkcCasefolded, DefaultIgnorableCodePoint, ExtendedPictographic,
    GeneralCategory, GeneralCategoryGroup as Group, Script, TerminalPunctuation,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use shared::markup::{Class, Opened, Platform};

/// ICU and the `url` crate.
pub struct Native;

impl Platform for Native {
    fn is_alphanumeric(&self, c: char) -> bool {
        c.is_alphanumeric()
    }

    fn class(&self, c: char) -> Class {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        let is = |group: Group| group.contains(category);
        let is_terminal = CodePointSetData::new::<TerminalPunctuation>().contains(c);
        let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
        let is_picture = CodePointSetData::new::<ExtendedPictographic>().contains(c);
        let stands_for_another = CodePointSetData::new::<ChangesWhenNfkcCasefolded>().contains(c);
        let is_cased = CodePointSetData::new::<Cased>().contains(c);
        match category {
            _ if is_terminal || is_ignorable || is_picture => Class::End,
            GeneralCategory::OtherPunctuation
            | GeneralCategory::DashPunctuation
            | GeneralCategory::ConnectorPunctuation
                if !stands_for_another =>
            {
                Class::Punctuation
            }
            _ if is(Group::Symbol) => Class::End,
            _ if is_cased || is(Group::Mark) || is(Group::Number) => Class::Word,
            _ if is(Group::Letter) => Class::Caseless,
            _ => Class::End,
        }
    }

    fn is_of_one_alphabet(&self, host: &str) -> bool {
        use Script as S;
        let east_asian: [&[Script]; 3] = [
            &[S::Latin, S::Han, S::Hangul],
            &[S::Latin, S::Han, S::Hiragana, S::Katakana],
            &[S::Latin, S::Han, S::Bopomofo],
        ];
        let host = host.to_lowercase();
        let mut letters = host
            .chars()
            .filter(|c| !matches!(c, '-' | '.' | ':' | '0'..='9'));
        let script = |c: char| match c {
            'ー' => S::Katakana,
            c => CodePointMapData::<Script>::new().get(c),
        };
        let scripts: Vec<Script> = letters.clone().map(script).collect();
        let folded = CodePointSetData::new::<ChangesWhenNfkcCasefolded>();
        let is_one = scripts.windows(2).all(|pair| pair[0] == pair[1])
            && !matches!(scripts.first(), Some(&S::Common | &S::Inherited));
        let is_east_asian = east_asian
            .iter()
            .any(|set| scripts.iter().all(|script| set.contains(script)));
        letters.all(|c| !folded.contains(c)) && (is_one || is_east_asian)
    }

    fn open(&self, address: &str) -> Option<Opened> {
        let url = url::Url::parse(address).ok()?;
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Some(Opened {
            host: url.host_str().unwrap_or_default().to_owned() + &port,
            href: url.into(),
        })
    }
}
