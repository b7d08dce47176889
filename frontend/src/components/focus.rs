//! Moving the focus.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions};

use crate::browser;

/// Moves the focus to the first element that a selector finds. Returns whether it took it:
/// hidden and inert elements do not.
pub(in crate::components) fn focus_on(selector: &str) -> bool {
    let found = browser::document().query_selector(selector).ok().flatten();
    found.is_some_and(|found| {
        let _ = found.unchecked_ref::<HtmlElement>().focus();
        browser::document().active_element() == Some(found)
    })
}

/// Moves the focus to a row in the next frame, when it may have been rendered again.
pub(super) fn focus_row(seq: shared::id::Seq) {
    browser::next_frame(move || {
        let row = format!(".timeline__rows > [data-seq='{seq}']");
        // An editor that was opened meanwhile has it, and keeps it.
        let focused = browser::document().active_element();
        if focused.is_none_or(|focused| focused.closest(&row) == Ok(None)) {
            focus_on(&row);
        }
    });
}

/// Moves the focus without scrolling.
pub(super) fn focus_quietly(element: &HtmlElement) {
    let quietly = web_sys::FocusOptions::new();
    quietly.set_prevent_scroll(true);
    let _ = element.focus_with_options(&quietly);
}

/// Scrolls no further than until an element is in sight.
pub(super) fn scroll_to_nearest(element: &Element) {
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&nearest);
}
