//! The language that the page speaks now.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::current::Language;
use super::texts::{is_here, load};
use crate::browser;
use crate::view::effect;

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
