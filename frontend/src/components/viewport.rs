//! Makes the shell as high as the visible part of the window, so that an on-screen keyboard never
//! covers the composer. Needed for Safari on phones; other browsers resize the page, as
//! `index.html` requests.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser::{Listener, document, pixels, window};

const HEIGHT: &str = "--visible-height";
/// More than the height of address bars, less than that of any keyboard. In pixels.
const KEYBOARD: f64 = 120.0;

/// Starts to track the visible part of the window.
pub fn follow() {
    let Some(visible) = window().visual_viewport() else {
        return;
    };
    let adjust = {
        let visible = visible.clone();
        move |_| {
            let Some(root) = document()
                .document_element()
                .and_then(|root| root.dyn_into::<HtmlElement>().ok())
            else {
                return;
            };
            let whole = f64::from(root.client_height());
            // Zooming in shows less of the page; it must not make the page smaller.
            let covered = visible.scale() <= 1.01 && whole - visible.height() > KEYBOARD;
            let style = root.style();
            if covered {
                let _ = style.set_property(HEIGHT, &pixels(visible.height()));
                // Safari has scrolled the page to the field; now it fits without.
                window().scroll_to_with_x_and_y(0.0, 0.0);
            } else {
                let _ = style.remove_property(HEIGHT);
            }
        }
    };
    Listener::new(&visible, "resize", adjust.clone()).with_owner();
    Listener::new(&visible, "scroll", adjust).with_owner();
}
