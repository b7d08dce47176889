//! Each dialog opens, and Esc leads back.

use serde_json::Value;

use super::actions::ActionKey;
use super::visitor::{Visitor, named};
use super::{BrowserEngine, in_both_engines};
use crate::stage::Stage;

const OPEN: &str = "document.querySelector('dialog[open]')";

in_both_engines![
    each_dialog_opens_and_escape_leads_back,
    a_room_is_made_in_a_dialog
];

fn each_dialog_opens_and_escape_leads_back(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    ada.say("a room of my own needs no one else");
    opens_and_closes(&ada, &named("Settings"));
    // Those of a menu lead back to its button.
    for (menu, name) in [
        ("Add a room", "New room"),
        ("Menu of places", "Keyboard shortcuts"),
    ] {
        ada.choose(menu);
        opens_and_leads_back(&ada, &named(name), &named(menu));
    }
    // From the menu of their own name.
    ada.click_on(
        "[...document.querySelectorAll('button')].find(button => \
        button.checkVisibility() && button.textContent.includes('Ada'))",
    );
    ada.click_on(&named("Sign out"));
    ada.wait(&format!("{OPEN}?.matches(':modal')"));
    ada.press(ActionKey::Escape);
    ada.wait(&format!("!{OPEN}"));
}

/// Opens a dialog and closes it; then what opened it has the focus again.
#[track_caller]
fn opens_and_closes(person: &Visitor, button: &str) {
    opens_and_leads_back(person, button, button);
}

/// The same for a button from which the focus came elsewhere.
#[track_caller]
fn opens_and_leads_back(person: &Visitor, button: &str, back: &str) {
    person.click_on(button);
    person.wait(&format!(
        "{OPEN}?.matches(':modal') && {OPEN}.contains(document.activeElement)"
    ));
    person.wait(&format!("seen.still({OPEN}.querySelector('h2'))"));
    person.press(ActionKey::Escape);
    person.wait(&format!("!{OPEN}"));
    person.wait(&format!("document.activeElement === {back}"));
}

fn a_room_is_made_in_a_dialog(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    ada.choose("Add a room");
    ada.choose("New room");
    ada.wait(&format!("{OPEN}?.contains(document.activeElement)"));
    ada.wait("document.activeElement.matches('input')");

    ada.types("정원");
    ada.press(ActionKey::Enter);

    ada.wait(&format!("!{OPEN}"));
    ada.wait(&format!("seen.place({})", Value::from("정원")));
    ada.ready();
    ada.wait("document.activeElement === seen.composer()");
    ada.types("the first word");
    ada.press(ActionKey::Enter);
    ada.sees_sent("the first word");
    // The browser's Back leads to the room before.
    ada.look("history.back()");
    ada.wait("location.pathname === '/rooms/1'");
    ada.ready();
    ada.wait("seen.texts().length === 0");
}
