//! A button that opens a short list of actions.
//!
//! A native popover: a click elsewhere or Esc closes it and returns the focus. Arrows, Home and
//! End move inside, as in the ARIA menu pattern.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::icons::{Glyph, Icon};
use crate::browser;
use crate::view::{on, reactive, set_text};

/// The space between a menu and what is around it, in pixels.
const GAP: f64 = 4.0;

/// The button and the list.
#[component]
pub fn Menu(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What the button says to screen readers.
    label: fn() -> &'static str,
    /// What the button shows, with a class of its own; three dots without it.
    #[prop(optional)]
    face: Option<(&'static str, AnyView)>,
    /// [`MenuItem`]s.
    children: Children,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let menu = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let toggled = move |event: ev::Event| {
        let Some(menu) = menu.get_untracked() else {
            return;
        };
        let is_open = menu.matches(":popover-open").unwrap_or(false);
        open.set(is_open);
        if is_open && event.type_() == "toggle" {
            if let Some(button) = button.get_untracked() {
                MenuAnchor::of(&button).place(&menu);
            }
            focus_item(&menu, ITEM, |_, _| 0);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if let Some(menu) = menu.get_untracked() {
            on_menu_key(&menu, &event);
        }
    };
    let chosen = move |_: ev::MouseEvent| {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.hide_popover();
        }
    };
    // What a button shows is a part of its name.
    let own_label = face.is_none().then_some(label);
    let (class, face) = match face {
        Some((class, face)) => (class, face),
        None => (
            "icon-button",
            view! { <Icon glyph=Glyph::More /> }.into_any(),
        ),
    };
    view! {
        <button
            class=class
            type="button"
            aria-haspopup="menu"
            aria-label=reactive(move || own_label.map(|label| label()))
            aria-expanded=reactive(move || open.get().to_string())
            popovertarget=id.clone()
            node_ref=button
        >
            {face}
        </button>
        <div
            class="menu"
            id=id
            role="menu"
            popover="auto"
            aria-label=label
            node_ref=menu
            on:toggle=on(toggled)
            on:keydown=on(key)
            on:click:capture=on(chosen)
        >
            {children()}
        </div>
    }
}

/// One action.
#[component]
pub fn MenuItem(
    /// What it shows.
    glyph: Glyph,
    /// What it says.
    label: fn() -> &'static str,
    /// What it does.
    on_choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            class="menu__item"
            type="button"
            role="menuitem"
            tabindex="-1"
            on:click=on(move |_| on_choose())
        >
            <Icon glyph />
            <span use:set_text=label></span>
        </button>
    }
}

/// The button that a menu is placed at: its right, upper and lower edge, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MenuAnchor {
    right: f64,
    top: f64,
    bottom: f64,
}

impl MenuAnchor {
    /// The edges of a button.
    pub fn of(button: &Element) -> Self {
        let edges = button.get_bounding_client_rect();
        MenuAnchor {
            right: edges.right(),
            top: edges.top(),
            bottom: edges.bottom(),
        }
    }

    /// Places a menu below the button, or above it if there is no space below.
    pub fn place(self, menu: &HtmlElement) {
        let size = menu.get_bounding_client_rect();
        let Some(root) = browser::document().document_element() else {
            return;
        };
        let (width, height) = (
            f64::from(root.client_width()),
            f64::from(root.client_height()),
        );
        let left = (self.right - size.width())
            .min(width - size.width() - GAP)
            .max(GAP);
        let below = self.bottom + GAP;
        let top = if below + size.height() > height - GAP {
            (self.top - size.height() - GAP).max(GAP)
        } else {
            below
        };
        let (top, left) = (browser::pixels(top), browser::pixels(left));
        let _ = menu
            .style()
            .set_property("inset", &format!("{top} auto auto {left}"));
    }
}

/// The items of a menu.
const ITEM: &str = "[role=menuitem]";

/// Handles a key in an open menu: arrows, Home and End move the focus, Tab closes the menu.
pub(super) fn on_menu_key(menu: &HtmlElement, event: &ev::KeyboardEvent) {
    if event.key() == "Tab" {
        let _ = menu.hide_popover();
    } else {
        on_list_key(menu, ITEM, event);
    }
}

/// Handles a key in a list that is one tab stop: arrows, Home and End move the focus between the
/// items that a selector finds.
pub(super) fn on_list_key(list: &Element, items: &str, event: &ev::KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    match event.key().as_str() {
        "ArrowDown" => focus_item(list, items, |now, count| (now + 1) % count),
        "ArrowUp" => focus_item(list, items, |now, count| (now + count - 1) % count),
        "Home" => focus_item(list, items, |_, _| 0),
        "End" => focus_item(list, items, |_, count| count - 1),
        _ => return,
    }
    event.prevent_default();
}

/// Moves the focus to the first item of a menu.
pub(super) fn focus_first(menu: &Element) {
    focus_item(menu, ITEM, |_, _| 0);
}

/// Moves the focus to the item that `choose` returns, from the current index and the number of
/// items that can be seen.
fn focus_item(list: &Element, items: &str, choose: fn(usize, usize) -> usize) {
    let items = shown_items(list, items);
    let focused = browser::document().active_element();
    let is_focused = |item: &HtmlElement| focused.as_ref() == Some(item.as_ref());
    let present = items.iter().position(is_focused).unwrap_or(items.len());
    if let Some(next) = items.get(choose(present, items.len().max(1))) {
        let _ = next.focus();
    }
}

/// The items that can be seen: a collapsed section hides its rows.
pub(super) fn shown_items(list: &Element, items: &str) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(items) else {
        return Vec::new();
    };
    let found = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok());
    let shown = found.filter(|item| item.offset_parent().is_some());
    shown.collect()
}
