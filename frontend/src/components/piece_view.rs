//! What is shown in the place of a piece of the page that is not here yet.

use leptos::html;
use leptos::prelude::*;

use super::icons::{Glyph, Icon};
use super::skeleton::Skeleton;
use crate::browser;
use crate::i18n::t;
use crate::piece::{Piece, PieceFailure};
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, reactive, set_text};

/// A placeholder while the piece loads; if that fails, the way to go on.
#[component]
pub fn PieceView(
    /// The piece.
    piece: Piece,
) -> impl IntoView {
    let has_failed = memo(move || piece.failure().is_some());
    reactive(move || {
        if has_failed.get() {
            view! { <PieceFailed piece /> }.into_any()
        } else {
            view! { <Skeleton label=tr!(app.loading) /> }.into_any()
        }
    })
}

/// Why the piece is not here, with *Try again* or *Reload*.
#[component]
pub fn PieceFailed(
    /// The piece.
    piece: Piece,
) -> impl IntoView {
    let is_outdated = move || piece.failure() == Some(PieceFailure::Outdated);
    let button = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    let go_on = move |_| {
        if untrack(is_outdated) {
            let _ = browser::window().location().reload();
        } else {
            piece.load();
        }
    };
    view! {
        <div class="state" role="alert">
            <Icon glyph=Glyph::Alert />
            <h1 class="state__title" use:set_text=dynamic_text(move || {
                let app = &t().app;
                if is_outdated() { app.outdated_title } else { app.piece_failed_title }
            })></h1>
            <p use:set_text=dynamic_text(move || {
                let app = &t().app;
                if is_outdated() { app.outdated_text } else { app.piece_failed_text }
            })></p>
            <button
                class="button"
                type="button"
                node_ref=button
                aria-disabled=reactive(move || piece.is_loading().then_some("true"))
                on:click=on(go_on)
                use:set_text=dynamic_text(move || {
                    if is_outdated() { t().app.reload } else { t().sign_in.try_again }
                })
            ></button>
        </div>
    }
}
