//! The global objects of the page.

use wasm_bindgen::JsCast;

/// The window of the page.
pub fn window() -> web_sys::Window {
    web_sys::window().unwrap_or_else(|| js_sys::global().unchecked_into())
}

/// The document of the page.
pub fn document() -> web_sys::Document {
    window()
        .document()
        .unwrap_or_else(|| js_sys::Object::new().unchecked_into())
}
