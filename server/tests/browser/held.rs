//! Holding the page's program back, as a slow line does.

use std::time::Duration;

use serde_json::json;

use crate::person::Person;

/// From now on no program reaches this window: it is on its way, until it is let go.
pub fn hold_program(person: &Person) {
    let patterns = json!({ "patterns": [{ "urlPattern": "*.wasm" }] });
    person.page.call("Fetch.enable", patterns).unwrap();
}

/// What was held back arrives, and everything after it.
pub fn let_program_go(person: &Person) {
    let page = &person.page;
    let is_held = |event: &chromium::Event| event.name == "Fetch.requestPaused";
    // At least the present document has asked for it.
    let first = page.wait_for_event(Duration::from_secs(20), is_held);
    let mut held = vec![first.unwrap()];
    held.extend(page.take_events(is_held));
    for event in held {
        let id = json!({ "requestId": event.params["requestId"] });
        // That of a document that is left has gone with it.
        let _ = page.call("Fetch.continueRequest", id);
    }
    page.call("Fetch.disable", json!({})).unwrap();
}
