//! The word that the page has stopped. Its markup stands in `index.html`, so that it
//! can be shown when nothing else works any more; `document` keeps its words in the
//! present language.

use crate::browser::document;

/// Shows it. For the panic hook: touches nothing but the document.
pub fn show() {
    if let Some(banner) = document().get_element_by_id("failure") {
        let _ = banner.remove_attribute("hidden");
    }
}
