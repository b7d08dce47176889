//! The frame of menus that are dialogs: a list of actions at what they are about, on touch screens a
//! sheet.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;

use super::frame::DialogFrame;
use super::use_dialogs;
use crate::browser::{self, document, next_frame};
use crate::components::focus::focus_on;
use crate::components::icons::{Glyph, Icon};
use crate::components::menu::{MenuAnchor, focus_first, on_menu_key};
use crate::view::{DynamicText, Entry, effect, list, on, set_text};

/// The first action of the open menu.
const FIRST: &str =
    ".menu--dialog:popover-open > .menu__item, dialog[open] > .sheet__actions > .menu__item";

/// An action of a menu.
pub(super) struct MenuAction {
    pub(super) glyph: Glyph,
    pub(super) label: DynamicText,
    /// Whether it takes something away.
    pub(super) alarm: bool,
    pub(super) act: Box<dyn Fn()>,
}

impl MenuAction {
    /// An action. It closes the menu, or shows another page of it.
    pub(super) fn new(
        glyph: Glyph,
        label: impl Into<DynamicText>,
        act: impl Fn() + 'static,
    ) -> Self {
        MenuAction {
            glyph,
            label: label.into(),
            alarm: false,
            act: Box::new(act),
        }
    }

    /// One that takes something away. It stands last.
    pub(super) fn alarming(self) -> Self {
        MenuAction {
            alarm: true,
            ..self
        }
    }
}

/// The menu, while it is open. `actions` is computed again when a signal that it reads changes: then
/// the menu has another page.
pub(super) fn menu_frame(
    title: String,
    anchor: String,
    actions: impl Fn() -> Vec<MenuAction> + 'static,
) -> AnyView {
    let touch = browser::matches("(hover: none)");
    let role = (!touch).then_some("menuitem");
    let page = StoredValue::new(0_i64);
    let at = StoredValue::new(anchor.clone());
    let entries = move || {
        // Another page has other elements, even for the same actions.
        page.update_value(|page| *page += 1);
        let page = page.get_value();
        if page > 1 {
            // What had the focus is gone with its page, and this one may need more space.
            next_frame(move || {
                if let Some(anchor) = at.try_get_value() {
                    place(&anchor);
                }
                focus_on(FIRST);
            });
        }
        let entry =
            |(at, action): (i64, MenuAction)| Entry::new((page, at), move || item(role, action));
        (0..).zip(actions()).map(entry).collect()
    };
    let items = list(entries);
    if touch {
        view! {
            <DialogFrame title=title light=true>
                <div class="sheet__actions">{items}</div>
            </DialogFrame>
        }
        .into_any()
    } else {
        popover(title, anchor, items)
    }
}

/// Places the open menu at what it is about.
fn place(anchor: &str) {
    let menu = document().query_selector(".menu--dialog:popover-open");
    let anchor = document().query_selector(anchor);
    if let (Ok(Some(menu)), Ok(Some(anchor))) = (menu, anchor) {
        MenuAnchor::of(&anchor).place(menu.unchecked_ref());
    }
}

fn popover(title: String, anchor: String, items: AnyView) -> AnyView {
    let dialogs = use_dialogs();
    let menu = NodeRef::<html::Div>::new();
    effect(move || {
        let Some(menu) = menu.get() else { return };
        let _ = menu.show_popover();
        place(&anchor);
        focus_first(&menu);
    });
    let toggled = move |_: ev::Event| {
        let is_open = menu
            .get_untracked()
            .is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
        if !is_open {
            dialogs.closed();
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if let Some(menu) = menu.get_untracked() {
            on_menu_key(&menu, &event);
        }
    };
    // It stands beside the panes, and everything is in a landmark.
    let landmark = title.clone();
    view! {
        <section aria-label=landmark>
            <div
                class="menu menu--dialog"
                role="menu"
                popover="auto"
                aria-label=title
                node_ref=menu
                on:toggle=on(toggled)
                on:keydown=on(key)
                on:contextmenu=on(|event: ev::MouseEvent| event.prevent_default())
            >
                {items}
            </div>
        </section>
    }
    .into_any()
}

fn item(role: Option<&'static str>, action: MenuAction) -> AnyView {
    let class = if action.alarm {
        "menu__item menu__item--alarm"
    } else {
        "menu__item"
    };
    let tabindex = role.map(|_| "-1");
    view! {
        <button
            class=class
            type="button"
            role=role
            tabindex=tabindex
            on:click=on(move |_: ev::MouseEvent| (action.act)())
        >
            <Icon glyph=action.glyph />
            <span dir="auto" use:set_text=action.label></span>
        </button>
    }
    .into_any()
}
