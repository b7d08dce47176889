//! Moving the focus in the timeline.

use web_sys::HtmlElement;

use crate::browser;

/// Moves the focus to a row in the next frame, when it may have been rendered again.
pub(super) fn focus_row(seq: shared::id::Seq) {
    browser::next_frame(move || {
        let selector = format!(".timeline__rows > [data-seq='{seq}']");
        let row = browser::document().query_selector(&selector).ok().flatten();
        if let Some(row) =
            row.and_then(|row| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(row).ok())
        {
            let _ = row.focus();
        }
    });
}

/// Moves the focus without scrolling.
pub(super) fn focus_quietly(element: &HtmlElement) {
    let quietly = web_sys::FocusOptions::new();
    quietly.set_prevent_scroll(true);
    let _ = element.focus_with_options(&quietly);
}
