//! The frame of all dialogs.

use leptos::prelude::*;
use leptos::{ev, html};

use super::use_dialogs;
use crate::components::icons::{Glyph, Icon};
use crate::tr;
use crate::view::{DynamicText, effect, on, set_text};

/// A dialog with its title and the button that closes it.
#[component]
pub fn DialogFrame(
    /// The title.
    #[prop(into)]
    title: DynamicText,
    /// The classes.
    #[prop(default = "dialog")]
    class: &'static str,
    /// Whether the title is for screen readers only, and what is inside has a button to close.
    #[prop(optional)]
    bare: bool,
    /// Whether a click outside closes it, because no input can be lost. The focus then starts at
    /// the title, else at a field.
    #[prop(optional)]
    light: bool,
    children: Children,
) -> impl IntoView {
    let dialogs = use_dialogs();
    let node = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let close_beside = move |event: ev::MouseEvent| {
        // The dialog has no padding: a click on the element itself is outside its content.
        if light && event.target() == event.current_target() {
            dialogs.close();
        }
    };
    let head = if bare {
        view! { <h2 class="visually-hidden" id="dialog-title" use:set_text=title></h2> }.into_any()
    } else {
        view! {
            <div class="dialog__head">
                <h2 class="dialog__title" id="dialog-title" tabindex="-1" autofocus=light use:set_text=title></h2>
                <CloseButton />
            </div>
        }
        .into_any()
    };
    view! {
        <dialog
            class=class
            aria-labelledby="dialog-title"
            node_ref=node
            on:close=on(move |_| dialogs.closed())
            on:click=on(close_beside)
        >
            {head}
            {children()}
        </dialog>
    }
}

/// The button that closes the dialog.
#[component]
pub fn CloseButton() -> impl IntoView {
    let dialogs = use_dialogs();
    view! {
        <button
            class="icon-button"
            type="button"
            aria-label=tr!(app.close)
            on:click=on(move |_| dialogs.close())
        >
            <Icon glyph=Glyph::Close />
        </button>
    }
}

/// The button that closes the dialog without an action.
#[component]
pub fn CancelButton() -> impl IntoView {
    let dialogs = use_dialogs();
    view! {
        <button class="button button--quiet" type="button" on:click=on(move |_| dialogs.close()) use:set_text=tr!(app.cancel)></button>
    }
}
