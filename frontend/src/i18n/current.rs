//! The languages of the page, and the current one.

use std::cell::Cell;

use leptos::prelude::*;
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

thread_local! {
    // Not a context: a page has one language, and texts are also needed without a reactive owner
    // (event handlers, answers of the server).
    static SOURCE: Cell<Option<Memo<Language>>> = const { Cell::new(None) };
    static PREFERRED: Cell<fn() -> Vec<String>> = const { Cell::new(Vec::new) };
}

/// Sets the source of the language, and of the browser's preferred languages.
pub(super) fn set_source(language: Memo<Language>, preferred: fn() -> Vec<String>) {
    SOURCE.set(Some(language));
    PREFERRED.set(preferred);
}

/// The current language, tracked; English before [`follow`](super::follow).
pub fn language() -> Language {
    SOURCE
        .get()
        .and_then(|source| source.try_get())
        .unwrap_or(Language::English)
}

/// The browser's preferred languages, the best one first.
#[cfg(target_arch = "wasm32")]
pub(super) fn preferred() -> Vec<String> {
    PREFERRED.get()()
}
