//! Reading without a mouse.

use chromium::{Key, Modifiers};
use serde_json::json;
use shared::id::RoomId;

use crate::person::Person;
use crate::stage::Stage;

#[test]
#[ignore = "needs a browser"]
fn the_letters_of_a_row_work_on_a_korean_keyboard() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("tpyo");
    ada.sees_sent("tpyo");
    ada.look("seen.row('tpyo').focus()");
    press_as(&ada, "ㄷ", "KeyE");
    ada.wait("document.querySelector('.message__editor')");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('.message__editor')");

    // Where the letters lie elsewhere, the letter counts, not its place.
    ada.look("seen.row('tpyo').focus()");
    press_as(&ada, ".", "KeyE");
    ada.look("seen.frame()");
    assert!(!ada.finds("document.querySelector('.message__editor')"));
    press_as(&ada, "e", "KeyD");
    ada.wait("document.querySelector('.message__editor')");
}

#[test]
#[ignore = "needs a browser"]
fn escape_leads_from_the_buttons_to_the_row_and_from_there_to_writing() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("hello");
    ada.sees_sent("hello");
    ada.look("seen.row('hello').focus()");
    ada.wait("document.querySelector('.message__actions')");
    ada.page.press(Key::Tab, Modifiers::NONE).unwrap();
    ada.wait("document.activeElement.closest('.message__actions')");
    ada.press(Key::Escape);
    ada.wait("document.activeElement === seen.row('hello')");
    ada.press(Key::Escape);
    ada.wait("document.activeElement === seen.composer()");
}

#[test]
#[ignore = "needs a browser"]
fn only_code_that_scrolls_is_a_stop_for_tab() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(RoomId::LOBBY, "```\nshort\n```"));
    let wide = "wide ".repeat(60);
    stage.run(ben.post(RoomId::LOBBY, &format!("```\n{wide}\n```")));
    ada.wait("document.querySelectorAll('.message__pre').length === 2");
    let stops = "[...document.querySelectorAll('.message__pre')].map(code => code.tabIndex)";
    ada.wait(&format!("JSON.stringify({stops}) === '[-1,0]'"));
    // What fits a wide window need not fit a narrow one.
    let narrow = chromium::Screen {
        width: 300,
        ..crate::person::PHONE
    };
    stage.run(ben.post(RoomId::LOBBY, &format!("```\n{}\n```", "wide ".repeat(10))));
    ada.wait(&format!("JSON.stringify({stops}) === '[-1,0,-1]'"));
    ada.page.set_screen(narrow).unwrap();
    ada.wait(&format!("JSON.stringify({stops}) === '[-1,0,0]'"));
}

/// Presses a key of another layout.
fn press_as(person: &Person, key: &str, code: &str) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": code });
        person.page.call("Input.dispatchKeyEvent", event).unwrap();
    }
}
