//! What was typed in a section, kept over the way to the identity provider and back.
//!
//! It is in `sessionStorage`, with the tag of the session, and is removed as soon as a section is
//! shown. No field with a secret is among those that are kept.

use std::time::Duration;

use js_sys::Reflect;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, EventInit};

use crate::browser::{self, BrowserStorage};

/// The storage key.
const KEY: &str = "madang.typed";
/// The fields that are kept, by their ids. One that another brings comes after it.
const FIELDS: [&str; 13] = [
    "own-name",
    "username",
    "status-emoji",
    "status-text",
    "status-end",
    "passkey-name",
    "mail-address",
    "invite-role",
    "invite-uses",
    "invite-days",
    "invite-room",
    "invite-mail",
    "place-name",
];
/// The longest text that is kept, in UTF-8 bytes.
const MOST_BYTES: usize = 1_000;
/// How often, and how many times, is looked whether the fields are in the page.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 50;

#[derive(Serialize, Deserialize)]
struct Typed {
    /// The tag of the session in which it was typed.
    session: String,
    section: String,
    fields: Vec<TypedField>,
}

#[derive(Serialize, Deserialize)]
struct TypedField {
    id: String,
    value: String,
}

/// Stores what the fields of the shown section have.
pub(super) fn store() {
    let Some(session) = browser::session_tag() else {
        return;
    };
    let typed = FIELDS.into_iter().filter_map(|id| {
        let value = value(&field(id)?)?;
        (value.len() <= MOST_BYTES).then(|| TypedField {
            id: id.to_owned(),
            value,
        })
    });
    let typed = Typed {
        session,
        section: browser::path(),
        fields: typed.collect(),
    };
    BrowserStorage::Tab.set(KEY, &typed);
}

/// Types again what was stored for the shown section, as its fields come into the page.
pub(super) fn restore() {
    let typed = BrowserStorage::Tab.get::<Typed>(KEY);
    BrowserStorage::Tab.remove(KEY);
    let is_here = |typed: &Typed| {
        typed.section == browser::path() && browser::session_tag().as_ref() == Some(&typed.session)
    };
    if let Some(typed) = typed.filter(is_here) {
        spawn_local(restore_fields(typed));
    }
}

async fn restore_fields(
    Typed {
        section, fields, ..
    }: Typed,
) {
    let mut missing = fields;
    for _ in 0..LOOKS {
        browser::sleep(LOOK_EVERY).await;
        if missing.is_empty() || browser::path() != section {
            return;
        }
        missing.retain(|TypedField { id, value }| !FIELDS.contains(&&**id) || !set(id, value));
    }
}

/// Sets the value of a field, as typing does. Returns whether the field has it.
fn set(id: &str, wanted: &str) -> bool {
    let Some(field) = field(id) else { return false };
    if value(&field).as_deref() == Some(wanted) {
        return true;
    }
    let _ = Reflect::set(&field, &"value".into(), &JsValue::from_str(wanted));
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    for name in ["input", "change"] {
        if let Ok(event) = Event::new_with_event_init_dict(name, &bubbling) {
            let _ = field.dispatch_event(&event);
        }
    }
    // A list may not have the choice yet.
    value(&field).as_deref() == Some(wanted)
}

fn field(id: &str) -> Option<Element> {
    browser::document().get_element_by_id(id)
}

fn value(field: &Element) -> Option<String> {
    Reflect::get(field, &"value".into()).ok()?.as_string()
}
