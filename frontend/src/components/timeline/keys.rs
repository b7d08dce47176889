//! The keyboard in the timeline: arrows move between messages, Tab to a message's buttons,
//! letters run its actions, Escape moves to the composer.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, ScrollIntoViewOptions};

use crate::browser;
use crate::components::message::Action;
use crate::components::room_context::RoomContext;

pub(super) fn on_key(context: RoomContext, event: &KeyboardEvent) {
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
    let done = match letter(event).as_str() {
        "ArrowUp" if is_row => step(target.previous_element_sibling()),
        "ArrowDown" if is_row => step(target.next_element_sibling()),
        "ArrowUp" => step(last_row()),
        "End" if is_row => {
            context.client.jump_to_latest(&context.view());
            true
        }
        "Escape" => {
            context.focus_composer();
            true
        }
        "e" if is_row => act(context, &target, Action::Edit),
        "c" if is_row => act(context, &target, Action::CopyLink),
        "Delete" | "Backspace" if is_row => act(context, &target, Action::Delete),
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

/// The key; letters in lower case, because Caps Lock may be on. In layouts without Latin
/// letters, the Latin letter of the same key (ㄷ of a Korean keyboard is E).
fn letter(event: &KeyboardEvent) -> String {
    let key = event.key();
    match event.code().as_str() {
        "KeyE" if !key.is_ascii() => "e".to_owned(),
        "KeyC" if !key.is_ascii() => "c".to_owned(),
        _ if key.len() == 1 => key.to_ascii_lowercase(),
        _ => key,
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
    let quietly = web_sys::FocusOptions::new();
    quietly.set_prevent_scroll(true);
    let _ = row.focus_with_options(&quietly);
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&nearest);
    true
}

fn last_row() -> Option<Element> {
    let rows = browser::document().query_selector(".timeline__rows > .row:last-child");
    rows.ok().flatten()
}

fn act(context: RoomContext, row: &Element, action: Action) -> bool {
    let seq = row
        .get_attribute("data-seq")
        .and_then(|seq| seq.parse().ok())
        .map(shared::id::Seq);
    seq.is_some_and(|seq| action.run_at(context, seq))
}
