//! The language that the page speaks now.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::current::Language;
use super::texts::{is_here, load};
use crate::browser;
use crate::view::effect;

/// The wanted language, and what tells that the texts of one have come.
type Source = (Memo<Language>, RwSignal<()>);

thread_local! {
    // Not a context: a page has one language, and texts are also needed without a reactive owner
    // (event handlers, answers of the server).
    static SOURCE: Cell<Option<Source>> = const { Cell::new(None) };
    static PREFERRED: Cell<fn() -> Vec<String>> = const { Cell::new(Vec::new) };
}

/// Speaks the wanted language, as soon as its texts are here. `preferred`: the browser's languages
/// (for their variants). Call once, before the first view.
pub fn follow(wanted: Memo<Language>, preferred: fn() -> Vec<String>) {
    let arrived = RwSignal::new(());
    SOURCE.set(Some((wanted, arrived)));
    PREFERRED.set(preferred);
    effect(move || fetch(wanted.get(), arrived));
}

/// Loads the texts of a language, unless they are here; if they do not come, again when the browser is
/// online again.
fn fetch(language: Language, arrived: RwSignal<()>) {
    if is_here(language) {
        return;
    }
    spawn_local(async move {
        if load(language).await {
            arrived.try_set(());
        } else {
            browser::once_online(move || fetch(language, arrived));
        }
    });
}

/// The current language, tracked; English before [`follow`], and until the texts of the wanted one
/// are here.
pub fn language() -> Language {
    let Some((wanted, arrived)) = SOURCE.get() else {
        return Language::English;
    };
    match wanted.try_get() {
        Some(language) if is_here(language) => language,
        _ => {
            arrived.track();
            Language::English
        }
    }
}

/// The browser's preferred languages, the best one first.
#[cfg(target_arch = "wasm32")]
pub(super) fn preferred() -> Vec<String> {
    PREFERRED.get()()
}
