//! The languages of the page.

use serde::{Deserialize, Serialize};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// 한국어.
    #[serde(rename = "ko")]
    Korean,
}

impl Language {
    /// The tag for `lang` attributes and `Intl` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
        }
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Korean => "한국어",
        }
    }

    /// The first of the browser's languages that the page speaks; English if none.
    pub fn pick<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        wanted
            .into_iter()
            .find_map(|tag| match tag.split('-').next() {
                Some("en") => Some(Language::English),
                Some("ko") => Some(Language::Korean),
                _ => None,
            })
            .unwrap_or(Language::English)
    }
}
