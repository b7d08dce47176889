//! The logo with the name of the place: the plan of a courtyard house with an open gate.

use leptos::prelude::*;

use crate::state::use_client;
use crate::view::{dynamic_text, set_text};

/// The mark and the name: that of the place, if it has one.
#[component]
pub fn Wordmark() -> impl IntoView {
    let client = use_client();
    view! {
        <span class="wordmark">
            <svg class="wordmark__mark" viewBox="0 0 32 32" aria-hidden="true">
                <path d="M12 25H9a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3h14a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3h-3" />
                <circle cx="16" cy="16" r="3" />
            </svg>
            <span class="wordmark__name" dir="auto" use:set_text=dynamic_text(move || client.place_title())></span>
        </span>
    }
}
