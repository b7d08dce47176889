//! Listens to the keys that work everywhere on the page. What is typed outside of a field goes to the
//! composer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::dialogs::Dialogs;
use super::focus::focus_on;
use super::keys::letter;
use super::press::{Press, ShortcutAction};
use super::tools::PageTools;
use crate::browser::{document, on_document};
use crate::state::Client;

/// Listens as long as the page lives.
pub fn listen(client: Client, dialogs: Dialogs, tools: PageTools) {
    on_document("keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
            return;
        };
        let is_signed_in = client.me().with_untracked(Option::is_some);
        // Keys that a menu, a row or a dialog has handled are ignored.
        if event.default_prevented()
            || dialogs.is_open()
            || !(is_signed_in || untrack(|| client.is_reading()))
        {
            return;
        }
        let key = letter(&event);
        let by_input_method = event.is_composing() || event.key_code() == 229;
        let press = Press {
            key: &key,
            alt: event.alt_key(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            writing: is_at(&event, "input, textarea, [contenteditable]"),
        };
        let action = press
            .action()
            .filter(|action| !by_input_method && (is_signed_in || action.works_signed_out()));
        if let Some(action) = action {
            run(client, dialogs, tools, action, event);
        } else if press.is_text(by_input_method, event.get_modifier_state("AltGraph"))
            && !is_at(&event, ".row[data-current='keyboard']")
            && document().query_selector(":popover-open") == Ok(None)
        {
            // The key itself, or the composition that it begins, comes to the field that has
            // the focus then.
            focus_on(".composer__input");
        }
    })
    .with_owner();
}

/// Runs the action of a key, as soon as the tools are here.
fn run(
    client: Client,
    dialogs: Dialogs,
    tools: PageTools,
    action: ShortcutAction,
    event: KeyboardEvent,
) {
    // The browser would go to a field of its own before they are.
    let is_kept = action == ShortcutAction::Switch && !tools.are_here();
    if is_kept {
        event.prevent_default();
    }
    tools.run(move |tools| {
        // What waited before it in the conversation may have handled it.
        if (is_kept || !event.default_prevented()) && (tools.run_shortcut)(client, dialogs, action)
        {
            event.prevent_default();
        }
    });
}

/// Whether a key was pressed in an element that matches a selector.
fn is_at(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target();
    target
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.matches(selector).unwrap_or(false))
}
