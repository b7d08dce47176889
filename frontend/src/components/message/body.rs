//! The text of a message as nodes. User text never becomes HTML.

use leptos::prelude::*;

/// The nodes of a text.
pub(super) fn body(text: &str) -> AnyView {
    text.to_owned().into_any()
}
