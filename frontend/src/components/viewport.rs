//! Where the browser does not shrink the page for its keyboard (Safari on a phone;
//! the others do as `index.html` asks), the shell is made as high as what is
//! visible, so that the keyboard never covers the composer.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser::{Listener, document, pixels, window};

const HEIGHT: &str = "--visible-height";
/// Address bars move by less; no keyboard is lower. In pixels.
const KEYBOARD: f64 = 120.0;

/// Follows the visible part of the window from now on.
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
            // Someone who zooms in wants to see less of the page, not a smaller page.
            let covered = visible.scale() <= 1.01 && whole - visible.height() > KEYBOARD;
            let style = root.style();
            if covered {
                let _ = style.set_property(HEIGHT, &pixels(visible.height()));
                // Safari scrolls the page up to the field; it fits now.
                window().scroll_to_with_x_and_y(0.0, 0.0);
            } else {
                let _ = style.remove_property(HEIGHT);
            }
        }
    };
    Listener::new(&visible, "resize", adjust.clone()).with_owner();
    Listener::new(&visible, "scroll", adjust).with_owner();
}
