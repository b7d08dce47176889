//! The menu of a message on touch screens: one for the whole timeline, opened at the button of
//! the message.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Action;
use crate::browser;
use crate::components::icons::Icon;
use crate::components::timeline::RoomContext;
use crate::tr;
use crate::view::{effect, on, optional_view, set_text};

/// The space between the menu and the edge of the screen, in CSS pixels.
const GAP: f64 = 8.0;

/// The menu.
#[component]
pub fn MessageMenu() -> impl IntoView {
    let context = RoomContext::expect();
    let menu = NodeRef::<html::Div>::new();
    effect(move || {
        let Some((_, right, bottom)) = context.menu.get() else {
            return;
        };
        // After the effect that renders the items.
        spawn_local(async move {
            if let Some(menu) = menu.try_get_untracked().flatten() {
                let _ = menu.show_popover();
                layout(&menu, right, bottom);
                let first = menu.query_selector("button").ok().flatten();
                if let Some(first) = first {
                    let first: web_sys::HtmlElement = wasm_bindgen::JsCast::unchecked_into(first);
                    let _ = first.focus();
                }
            }
        });
    });
    let choose = move |action: Action| {
        if let Some((key, ..)) = context.menu.get_untracked() {
            if let Some(menu) = menu.get_untracked() {
                let _ = menu.hide_popover();
            }
            action.run_on(context, key);
        }
    };
    view! {
        <div class="menu" role="menu" popover="auto" aria-label=tr!(message.more) node_ref=menu>
            {optional_view(move || {
                let row = context.menu.get().and_then(|(key, ..)| context.view().row(key));
                row.map(|row| {
                    let fitting = row.content.with_untracked(|content| {
                        Action::ALL.into_iter().filter(|action| action.fits(content)).collect::<Vec<_>>()
                    });
                    fitting
                        .into_iter()
                        .map(|action| {
                            view! {
                                <button
                                    class=if action == Action::Delete {
                                        "menu__item menu__item--alarm"
                                    } else {
                                        "menu__item"
                                    }
                                    type="button"
                                    role="menuitem"
                                    on:click=on(move |_| choose(action))
                                >
                                    <Icon glyph=action.glyph() />
                                    <span use:set_text=action.label()></span>
                                </button>
                            }
                        })
                        .collect_view()
                })
            })}
        </div>
    }
}

/// Below the button if there is room, else above it.
fn layout(menu: &web_sys::HtmlElement, right: f64, bottom: f64) {
    let around = menu.get_bounding_client_rect();
    let screen = browser::document().document_element();
    let (width, height) = screen.map_or((0.0, 0.0), |root| {
        (
            f64::from(root.client_width()),
            f64::from(root.client_height()),
        )
    });
    let left = (right - around.width())
        .min(width - around.width() - GAP)
        .max(GAP);
    let top = bottom.min(height - around.height() - GAP).max(GAP);
    let _ = menu.style().set_property(
        "inset",
        &format!(
            "{} auto auto {}",
            browser::pixels(top),
            browser::pixels(left)
        ),
    );
}
