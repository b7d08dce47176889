//! The current language.

use std::cell::Cell;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::{is_here, load};
use crate::browser;
use crate::view::effect;

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
    static SOURCE: Cell<Option<RwSignal<Language>>> = const { Cell::new(None) };
    static PREFERRED: Cell<fn() -> Vec<String>> = const { Cell::new(Vec::new) };
}

/// Speaks the wanted language as soon as its texts are here. `preferred`: the browser's languages
/// (for their variants). Call once, before the first view.
pub fn follow(wanted: Memo<Language>, preferred: fn() -> Vec<String>) {
    let first = Some(wanted.get_untracked()).filter(|first| is_here(*first));
    let spoken = RwSignal::new(first.unwrap_or(Language::English));
    SOURCE.set(Some(spoken));
    PREFERRED.set(preferred);
    effect(move || speak(wanted.get(), wanted, spoken));
}

/// Speaks a language, unless another one is wanted when its texts are here.
fn speak(language: Language, wanted: Memo<Language>, spoken: RwSignal<Language>) {
    if is_here(language) {
        spoken.set(language);
        return;
    }
    spawn_local(async move {
        let is_here = load(language).await;
        if wanted.try_get_untracked() != Some(language) {
            return;
        }
        if is_here {
            spoken.try_set(language);
        } else {
            browser::once_online(move || speak(language, wanted, spoken));
        }
    });
}

/// The current language, tracked; English before [`follow`].
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
