//! Moving the focus.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions};

use crate::browser;
use crate::view::effect;

/// Moves the focus to the first element that a selector finds. Returns whether it took it:
/// hidden and inert elements do not.
pub(in crate::components) fn focus_on(selector: &str) -> bool {
    let found = browser::document().query_selector(selector).ok().flatten();
    found.is_some_and(|found| {
        let _ = found.unchecked_ref::<HtmlElement>().focus();
        browser::document().active_element() == Some(found)
    })
}

/// Moves the focus to something new, once it is in the page, and scrolls to it.
pub(in crate::components) fn focus_new(node: NodeRef<html::Div>) {
    effect(move || {
        if let Some(element) = node.get() {
            focus_quietly(&element);
            scroll_to_nearest(&element);
        }
    });
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
pub(in crate::components) fn focus_quietly(element: &HtmlElement) {
    let quietly = web_sys::FocusOptions::new();
    quietly.set_prevent_scroll(true);
    let _ = element.focus_with_options(&quietly);
}

/// Scrolls no further than until an element is in sight.
pub(in crate::components) fn scroll_to_nearest(element: &Element) {
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&nearest);
}
