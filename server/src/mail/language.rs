//! The languages in which mails are written.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A language of mails. On the command line it is named by its tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub enum MailLanguage {
    /// English: also of whoever reads neither.
    #[default]
    #[serde(rename = "en")]
    #[value(name = "en", help = "English")]
    English,
    /// Korean.
    #[serde(rename = "ko")]
    #[value(name = "ko", help = "Korean")]
    Korean,
}

impl MailLanguage {
    /// The language of a tag of BCP 47; none for one in which nothing is written.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(MailLanguage::English),
            "ko" => Some(MailLanguage::Korean),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that mails are written in. Its weights
    /// are not looked at: browsers list the languages in their order.
    pub fn of_header(value: &str) -> Self {
        let tags = value.split(',').take(16);
        let mut tags = tags.filter_map(|part| part.split(';').next());
        tags.find_map(Self::of_tag).unwrap_or_default()
    }

    /// The language of an account, or else the one of whoever has asked.
    pub fn of_account(language: Option<&str>, otherwise: Self) -> Self {
        language.and_then(Self::of_tag).unwrap_or(otherwise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_s_language_counts_before_the_browser_s() {
        let korean = MailLanguage::of_header("fr-FR, ko-KR;q=0.9, en;q=0.8");
        assert_eq!(korean, MailLanguage::Korean);
        for header in ["", "fr", ",;,", "*"] {
            assert_eq!(MailLanguage::of_header(header), MailLanguage::English);
        }
        let account = |tag| MailLanguage::of_account(tag, korean);
        assert_eq!(account(Some("en")), MailLanguage::English);
        assert_eq!(account(Some("fr")), MailLanguage::Korean);
        assert_eq!(account(None), MailLanguage::Korean);
    }
}
