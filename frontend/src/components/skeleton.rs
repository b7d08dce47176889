//! The placeholder of a list that is being loaded.

use leptos::prelude::*;

use crate::view::set_text;

/// A placeholder of three lines. It takes its space from the start and becomes visible after a
/// while: a later one would move what is below it.
#[component]
pub(super) fn Skeleton(
    /// A text for screen readers; without one they skip the placeholder.
    #[prop(optional)]
    label: Option<fn() -> &'static str>,
) -> impl IntoView {
    let text = label
        .map(|label| view! { <span class="visually-hidden" use:set_text=label></span> }.into_any());
    view! {
        <div
            class="skeleton"
            role=label.map(|_| "status")
            aria-hidden=label.is_none().then_some("true")
        >
            {text}
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
        </div>
    }
}
