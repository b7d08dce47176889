//! The menu of a message: one for the whole timeline, opened by keyboard at the message.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::Action;
use super::actions::action_rows;
use crate::browser::Listener;
use crate::components::menu::on_menu_key;
use crate::components::room_context::RoomContext;
use crate::tr;
use crate::view::{effect, optional_view};

/// The menu.
#[component]
pub fn MessageMenu() -> impl IntoView {
    let context = RoomContext::expect();
    let menu = NodeRef::<html::Div>::new();
    effect(move || {
        let Some((_, anchor)) = context.menu.get() else {
            return;
        };
        // After the effect that renders the items.
        spawn_local(async move {
            if let Some(menu) = menu.get_untracked() {
                let _ = menu.show_popover();
                anchor.place(&menu);
                let first = menu.query_selector("button").ok().flatten();
                if let Some(first) = first {
                    let first: web_sys::HtmlElement = wasm_bindgen::JsCast::unchecked_into(first);
                    let _ = first.focus();
                }
            }
        });
    });
    let choose = move |action: Action| {
        if let Some((key, _)) = context.menu.get_untracked() {
            if let Some(menu) = menu.get_untracked() {
                let _ = menu.hide_popover();
            }
            action.run_on(context, key);
        }
    };
    view! {
        <div
            class="menu"
            role="menu"
            popover="auto"
            aria-label=tr!(message.more)
            node_ref=menu
            use:listen
        >
            {optional_view(move || {
                let row = context.menu.get().and_then(|(key, _)| context.view().row(key));
                row.map(|row| {
                    let shown = row.content.get_untracked();
                    action_rows(&Action::MENU, context, shown, Some("menuitem"), choose)
                })
            })}
        </div>
    }
}

fn listen(menu: Element) {
    let target = menu.clone();
    Listener::new(&target, "keydown", move |event| {
        on_menu_key(menu.unchecked_ref(), event.unchecked_ref());
    })
    .with_owner();
    // Windows opens the browser's own menu when the menu key is released.
    Listener::new(&target, "contextmenu", |event| event.prevent_default()).with_owner();
}
