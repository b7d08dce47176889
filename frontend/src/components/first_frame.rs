//! The frame of the first paint, which stands in `index.html`: the form to sign in, or the last
//! conversation. The program renders the same, and takes it away.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::browser::{self, BrowserStorage, Listener, document, next_frame};
use crate::state::Client;

/// The field of the form.
const FIELD: &str = "first-name";
/// Where the form stores the name that it was submitted with.
const NAME: &str = "madang.name";

/// What was typed into the form of the first paint.
#[derive(Default)]
pub struct TypedName {
    /// The text; `None` if there was no such form.
    pub value: Option<String>,
    /// The selection, in UTF-16 code units.
    selection: Option<(u32, u32)>,
}

impl TypedName {
    /// Goes on with it in another field.
    pub fn go_on(&self, field: &HtmlInputElement) {
        if let Some(value) = &self.value {
            field.set_value(value);
        }
        let _ = field.focus();
        if let Some((start, end)) = self.selection {
            let _ = field.set_selection_range(start, end);
        }
    }
}

/// Whether the frame is still over the page.
pub fn is_shown() -> bool {
    document().get_element_by_id("frame").is_some()
}

/// Removes the frame once the panes, which are being made, are rendered with their rows.
pub fn remove_soon(client: Client) {
    if is_shown() {
        // One for the panes, which queue the task of their rows, and one for the scroll position.
        next_frame(move || {
            next_frame(move || {
                browser::after(Duration::ZERO, move || remove_once_complete(client));
            });
        });
    }
}

/// The rows come in a task of their own, which a busy browser runs late.
fn remove_once_complete(client: Client) {
    if client.awaits_rows() {
        next_frame(move || remove_once_complete(client));
    } else {
        remove();
    }
}

/// Removes the frame.
pub fn remove() {
    if let Some(frame) = document().get_element_by_id("frame") {
        frame.remove();
    }
}

/// Removes the frame, and hands over what was typed into its form. While a syllable is being
/// composed there, it waits.
pub fn take_over(go_on: impl FnOnce(TypedName) + 'static) {
    let field = document().get_element_by_id(FIELD);
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        return go_on(TypedName::default());
    };
    if !field.has_attribute("data-composing") {
        return go_on(take(&field));
    }
    let waiting = Rc::new(RefCell::new(Some((field.clone(), go_on))));
    let ended = Listener::new(&field, "compositionend", move |_| {
        // After the event: the field does not have its text before.
        let waiting = Rc::clone(&waiting);
        browser::after(Duration::ZERO, move || {
            if let Some((field, go_on)) = waiting.take() {
                go_on(take(&field));
            }
        });
    });
    ended.forever();
}

fn take(field: &HtmlInputElement) -> TypedName {
    BrowserStorage::Tab.remove(NAME);
    let has_focus = document().active_element().as_ref() == Some(field);
    let start = field.selection_start().ok().flatten();
    let selection = start.zip(field.selection_end().ok().flatten());
    let typed = TypedName {
        value: Some(field.value()),
        selection: selection.filter(|_| has_focus),
    };
    remove();
    typed
}
