//! How far a scroller is scrolled.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ScrollBehavior, ScrollToOptions};

#[wasm_bindgen]
extern "C" {
    type ScrollTop;
    #[wasm_bindgen(method, getter, js_name = scrollTop)]
    fn scroll_top(this: &ScrollTop) -> f64;
}

/// The state of a scroller, in CSS pixels.
#[derive(Clone, Copy, Default)]
pub(super) struct ScrollState {
    /// `scrollTop`.
    pub(super) top: f64,
    /// `clientHeight`.
    pub(super) height: i32,
    /// `scrollHeight`.
    pub(super) content: i32,
}

impl ScrollState {
    /// Reads it.
    pub(super) fn of(scroller: &HtmlElement) -> Self {
        ScrollState {
            top: scroll_top(scroller),
            height: scroller.client_height(),
            content: scroller.scroll_height(),
        }
    }

    /// The distance to the end.
    pub(super) fn below(self) -> f64 {
        f64::from(self.content - self.height) - self.top
    }
}

/// `scrollTop`. That of web-sys rounds; half a pixel at each step would add up.
pub(super) fn scroll_top(scroller: &HtmlElement) -> f64 {
    scroller.unchecked_ref::<ScrollTop>().scroll_top()
}

/// Scrolls at once, even if the style has smooth scrolling.
pub(super) fn scroll_to(scroller: &HtmlElement, top: f64) {
    let options = ScrollToOptions::new();
    options.set_top(top);
    options.set_behavior(ScrollBehavior::Instant);
    scroller.scroll_to_with_scroll_to_options(&options);
}
