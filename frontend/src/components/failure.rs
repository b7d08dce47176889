//! The failure banner. Its markup is in `index.html`, so that it can be shown when nothing else
//! works; `document` keeps its texts in the current language.

use crate::browser::document;

/// Shows it. The panic hook calls this, so it uses nothing but the document.
pub fn show() {
    if let Some(banner) = document().get_element_by_id("failure") {
        let _ = banner.remove_attribute("hidden");
    }
}
