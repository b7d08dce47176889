//! The word that the page has stopped. Its markup stands in `index.html`, so that it
//! can be shown when nothing else works any more.

use leptos::prelude::*;

use crate::browser::document;
use crate::i18n::t;

/// Shows it. For the panic hook: touches nothing but the document.
pub fn show() {
    if let Some(banner) = document().get_element_by_id("failure") {
        let _ = banner.remove_attribute("hidden");
    }
}

/// Keeps its words in the present language, ready for the worst.
pub fn follow_language() {
    Effect::new(|_| {
        let app = &t().app;
        for (id, text) in [
            ("failure-title", app.failed_title),
            ("failure-text", app.failed_text),
            ("failure-reload", app.reload),
        ] {
            if let Some(element) = document().get_element_by_id(id) {
                element.set_text_content(Some(text));
            }
        }
    });
}
