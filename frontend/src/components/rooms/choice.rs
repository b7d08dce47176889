//! One of a few choices in a form.

use leptos::prelude::*;

use crate::view::{dynamic_text, on, reactive, set_text};

/// A choice of two or three that stand beside each other.
pub(super) fn segment<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    choice: T,
    chosen: RwSignal<T>,
    label: fn() -> &'static str,
) -> AnyView {
    view! {
        <label class="segment">
            <input
                type="radio"
                name=name
                prop:checked=reactive(move || chosen.get() == choice)
                on:change=on(move |_| chosen.set(choice))
            />
            <span use:set_text=dynamic_text(label)></span>
        </label>
    }
    .into_any()
}

/// A choice with a sentence that says what it means.
pub(super) fn option<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    choice: T,
    chosen: RwSignal<T>,
    label: fn() -> &'static str,
    hint: fn() -> &'static str,
) -> AnyView {
    view! {
        <label class="option">
            <input
                type="radio"
                name=name
                prop:checked=reactive(move || chosen.get() == choice)
                on:change=on(move |_| chosen.set(choice))
            />
            <span class="option__words">
                <span class="option__name" use:set_text=dynamic_text(label)></span>
                <span class="option__hint" use:set_text=dynamic_text(hint)></span>
            </span>
        </label>
    }
    .into_any()
}
