//! Moving the focus to a row of the timeline.

use crate::browser;

/// Moves the focus to a row in the next frame, when it may have been rendered again.
pub(super) fn focus_row(seq: shared::id::Seq) {
    browser::next_frame(move || {
        let selector = format!(".timeline__rows > [data-seq='{seq}']");
        let row = browser::document().query_selector(&selector).ok().flatten();
        if let Some(row) =
            row.and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(row).ok())
        {
            let _ = row.focus();
        }
    });
}
