//! A QR code that the server drew, shown as an image.

use leptos::prelude::*;

use crate::view::reactive;

/// The picture; nothing if the server could draw none, and whoever shows it has the text as well.
///
/// # Parameters
/// - `qr`: an SVG picture. It has no script, and an image runs none.
/// - `label`: what it is called for those who do not see it.
pub(super) fn qr_picture(qr: Option<&str>, label: fn() -> &'static str) -> Option<AnyView> {
    let source = format!("data:image/svg+xml,{}", js_sys::encode_uri_component(qr?));
    Some(view! { <img class="settings__qr" src=source alt=reactive(label) /> }.into_any())
}
