//! The logo with the name: the plan of a courtyard house with an open gate.

use leptos::prelude::*;

use crate::tr;
use crate::view::set_text;

/// The mark and the name.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <span class="wordmark">
            <svg class="wordmark__mark" viewBox="0 0 32 32" aria-hidden="true">
                <path d="M12 25H9a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3h14a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3h-3" />
                <circle cx="16" cy="16" r="3" />
            </svg>
            <span use:set_text=tr!(app.name)></span>
        </span>
    }
}
