//! The keyboard in the timeline: arrows move between messages, Tab to a message's buttons,
//! letters run its actions, Enter and the menu key open its menu, Enter opens a line, Escape moves to
//! the composer. Letters do so only while the row shows the focus; after a click they are written.

use leptos::prelude::Readable;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::scroll_anchor::seq_of;
use crate::browser;
use crate::components::focus::{focus_quietly, scroll_to_nearest};
use crate::components::keys::letter;
use crate::components::long_press;
use crate::components::message::{Action, is_at_keyboard, set_current};
use crate::components::room_context::RoomContext;

pub(in crate::components) fn on_key(context: RoomContext, event: &KeyboardEvent) {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return;
    };
    if event.key() == "Escape" && leave_buttons(&target) {
        event.prevent_default();
        return;
    }
    let is_row = target.class_list().contains("row");
    let is_scroller = target.class_list().contains("timeline__scroller");
    if !(is_row || is_scroller) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let is_armed = is_row && is_at_keyboard(&target);
    let done = match letter(event).as_str() {
        "ArrowUp" if is_row => step(target.previous_element_sibling()),
        "ArrowDown" if is_row => step(target.next_element_sibling()),
        "ArrowUp" => step(row_at("last")),
        "Home" if is_row => step(row_at("first")),
        "Enter" if is_row => open_menu(context, &target) || open_line(&target),
        "ContextMenu" if is_row => open_menu(context, &target),
        "F10" if is_row && event.shift_key() => open_menu(context, &target),
        "End" if is_row => {
            context.client.jump_to_latest(&context.view());
            true
        }
        // With Shift it marks the room as read.
        "Escape" if !event.shift_key() => {
            context.focus_composer();
            true
        }
        "e" if is_armed => act(context, &target, Action::Edit),
        "c" if is_armed => act(context, &target, Action::CopyLink),
        "u" if is_armed && event.shift_key() => act(context, &target, Action::UnreadFromHere),
        "Delete" | "Backspace" if is_armed => act(context, &target, Action::Delete),
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

/// Listens to long presses on messages, on touch screens, until the current reactive owner is disposed.
pub(in crate::components) fn listen_to_presses(context: RoomContext) {
    long_press::listen(row_of, move |row| open_menu(context, row));
}

/// The row under a finger, unless the press is about a link or a button in it. Text is not selected
/// there: the sheet can copy it.
fn row_of(target: &Element) -> Option<Element> {
    if let Ok(None) = target.closest("a, button, textarea") {
        target.closest(".timeline__rows > .row").ok()?
    } else {
        None
    }
}

/// Moves from a message's buttons back to the message.
fn leave_buttons(target: &Element) -> bool {
    let row = target
        .closest(".message__actions")
        .ok()
        .flatten()
        .and_then(|buttons| buttons.closest(".row").ok().flatten());
    row.is_some() && step(row)
}

fn step(row: Option<Element>) -> bool {
    let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    focus_quietly(&row);
    set_current(&row, true);
    scroll_to_nearest(&row);
    true
}

/// The `first` or `last` rendered row.
fn row_at(end: &str) -> Option<Element> {
    let selector = format!(".timeline__rows > .row:{end}-child");
    browser::document().query_selector(&selector).ok().flatten()
}

/// Opens the actions of a message, unless it has none. Returns whether it has.
fn open_menu(context: RoomContext, row: &Element) -> bool {
    let found = seq_of(row).and_then(|seq| context.view().find(seq));
    let Some((key, signals)) = found else {
        return false;
    };
    let has_actions = signals
        .content
        .with_untracked(|content| Action::CopyLink.fits(content));
    if !has_actions {
        return false;
    }
    context.open_menu(key, row);
    true
}

/// Opens a line, or closes it. Returns whether there is one that opens.
fn open_line(row: &Element) -> bool {
    let button = row.query_selector("button.line").ok().flatten();
    button.is_some_and(|button| {
        button.unchecked_ref::<HtmlElement>().click();
        true
    })
}

fn act(context: RoomContext, row: &Element, action: Action) -> bool {
    seq_of(row).is_some_and(|seq| action.run_at(context, seq))
}
