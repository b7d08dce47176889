//! Which language the page speaks: the wanted one, as soon as its texts are here.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::current::{Language, set_source};
use super::texts::{is_here, load};
use crate::browser;
use crate::view::{effect, memo};

thread_local! {
    // Tells that the texts of a language have come. A page has one language, see `current`.
    static ARRIVED: Cell<Option<RwSignal<()>>> = const { Cell::new(None) };
}

/// Speaks the wanted language, and English until its texts are here. `preferred`: the browser's
/// languages (for their variants). Call once, before the first view.
pub fn follow(wanted: Memo<Language>, preferred: fn() -> Vec<String>) {
    let arrived = RwSignal::new(());
    ARRIVED.set(Some(arrived));
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
    effect(move || fetch_soon(wanted));
}

/// Loads the texts of the wanted language, and again when the browser is online again if they do not
/// come.
fn fetch_soon(wanted: Memo<Language>) {
    let language = wanted.try_get().unwrap_or(Language::English);
    spawn_local(async move {
        if !fetch(language).await {
            browser::once_online(move || untrack(|| fetch_soon(wanted)));
        }
    });
}

/// Loads the texts of a language, unless they are here; the page speaks it then, if it is still
/// wanted. Returns whether they are here.
pub async fn fetch(language: Language) -> bool {
    if is_here(language) {
        return true;
    }
    let is_here = load(language).await;
    if let Some(arrived) = ARRIVED.get().filter(|_| is_here) {
        arrived.try_set(());
    }
    is_here
}
