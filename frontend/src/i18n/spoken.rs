//! Which language the page speaks: the wanted one, as soon as its texts are here.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::current::{Language, set_source};
use super::texts::{is_here, load};
use crate::browser;
use crate::view::{effect, memo};

/// Speaks the wanted language, and English until its texts are here. `preferred`: the browser's
/// languages (for their variants). Call once, before the first view.
pub fn follow(wanted: Memo<Language>, preferred: fn() -> Vec<String>) {
    // Tells that the texts of a language have come.
    let arrived = RwSignal::new(());
    let spoken = memo(move || {
        arrived.track();
        let wanted = wanted.get();
        if is_here(wanted) {
            wanted
        } else {
            Language::English
        }
    });
    set_source(spoken, preferred);
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
