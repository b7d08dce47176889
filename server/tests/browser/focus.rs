//! Where keys go: letters to the field that one writes in, arrows within a list, F6 between
//! the panes.

use chromium::{Key, Modifiers};
use serde_json::json;

use crate::person::Person;
use crate::stage::Stage;

#[test]
#[ignore = "needs a browser"]
fn after_a_click_on_a_message_letters_are_written_and_change_nothing() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("my message");
    ada.sees_sent("my message");
    ada.click_on("seen.row('my message').querySelector('.message__text')");
    assert!(!ada.finds("document.activeElement === seen.composer()"));
    ada.press(Key::Backspace);
    for (letter, code) in [("e", "KeyE"), ("v", "KeyV"), ("e", "KeyE"), ("c", "KeyC")] {
        type_letter(&ada, letter, code);
    }
    ada.wait("seen.composer().value === 'evec'");
    assert!(!ada.finds("document.querySelector('dialog, .message__editor, .toast')"));

    // Arrows show the focus: from then on the letters act.
    ada.look("seen.composer().value = ''");
    ada.click_on("seen.row('my message').querySelector('.message__text')");
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    ada.wait("document.activeElement === seen.row('my message')");
    let ring = "getComputedStyle(seen.row('my message').querySelector('.message')).outlineStyle";
    assert_eq!(ada.look(ring), "solid");
    ada.press(Key::Backspace);
    ada.wait("document.querySelector('dialog[open] .button--alarm')");
    ada.press(Key::Escape);
    ada.wait("document.activeElement === seen.row('my message')");
    type_letter(&ada, "e", "KeyE");
    ada.wait("document.activeElement?.matches('.message__editor textarea')");
    assert_eq!(ada.look("document.activeElement.value"), "my message");
}

#[test]
#[ignore = "needs a browser"]
fn what_is_typed_anywhere_goes_to_the_composer_from_its_first_letter_on() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.look("document.querySelector('.me').focus()");
    type_letter(&ada, "h", "KeyH");
    type_letter(&ada, "i", "KeyI");
    ada.wait("document.activeElement === seen.composer() && seen.composer().value === 'hi'");

    // An input method composes in the field as well.
    ada.look("seen.composer().value = ''; seen.composer().blur()");
    ada.page.press_into_composition(Key::Down).unwrap();
    ada.wait("document.activeElement === seen.composer()");
    for step in ["ㅎ", "하", "한"] {
        ada.page.compose(step).unwrap();
    }
    ada.page.insert_text("한").unwrap();
    ada.wait("seen.composer().value === '한'");

    // Keys with a meaning keep it: for a button, in a menu, in a dialog, with a modifier.
    ada.look("seen.composer().value = ''");
    ada.open_new_room();
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.page.press(Key::Tab, Modifiers::SHIFT).unwrap();
    ada.wait("document.activeElement.matches('dialog button')");
    type_letter(&ada, "x", "KeyX");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.click("[popovertarget=room-menu]");
    ada.wait("document.activeElement.matches('[role=menuitem]')");
    // Nothing is unread: it offers nothing to be marked as read.
    assert_eq!(
        ada.look("[...document.querySelectorAll('#room-menu [role=menuitem]')].map(item => item.textContent.trim())"),
        json!(["Room details"])
    );
    type_letter(&ada, "x", "KeyX");
    ada.press(Key::Escape);
    ada.wait("document.activeElement.matches('[popovertarget=room-menu]')");
    let held = json!({ "type": "rawKeyDown", "key": "a", "code": "KeyA", "modifiers": 2 });
    ada.page.call("Input.dispatchKeyEvent", held).unwrap();
    ada.look("seen.frame()");
    assert!(ada.finds("document.activeElement.matches('[popovertarget=room-menu]')"));
    assert_eq!(ada.look("seen.composer().value"), "");
}

#[test]
#[ignore = "needs a browser"]
fn a_list_is_one_stop_for_tab_and_arrows_move_within_it() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    for name in ["garden", "meadow", "orchard"] {
        stage.run(maker.create_room(name));
    }
    let ada = stage.person("Ada");
    for name in ["orchard", "meadow", "garden"] {
        ada.join(name);
    }
    let at = |item: &str| {
        format!(
            "document.activeElement.querySelector('.place__name, .sidebar__name')?.textContent === '{item}'"
        )
    };
    // From the button at the title of the section.
    ada.look("document.querySelector('[popovertarget=add-room]').focus()");
    ada.page.press(Key::Tab, Modifiers::NONE).unwrap();
    ada.wait(&at("garden"));
    let ring = ada.look("getComputedStyle(document.activeElement).outlineOffset");
    assert_eq!(ring, "-2px", "the pane would cut it off");
    for (key, room) in [
        (Key::Down, "meadow"),
        (Key::Down, "orchard"),
        (Key::Down, "Direct messages"),
        (Key::Up, "orchard"),
        (Key::Home, "Rooms"),
        (Key::End, "Direct messages"),
    ] {
        ada.press(key);
        ada.wait(&at(room));
    }
    // Beside the list there are the button of a section and that of the last row.
    let is_at = |selector: &str| format!("document.activeElement.matches('{selector}')");
    for selector in [".sidebar__add", ".sidebar__foot *"] {
        ada.page.press(Key::Tab, Modifiers::NONE).unwrap();
        ada.wait(&is_at(selector));
    }
    for selector in [".sidebar__add", ".place__more"] {
        ada.page.press(Key::Tab, Modifiers::SHIFT).unwrap();
        ada.wait(&is_at(selector));
    }
    ada.page.press(Key::Tab, Modifiers::SHIFT).unwrap();
    ada.wait(&at("garden"));
    ada.press(Key::Down);
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'meadow'");

    // Where no room is the current one, the first one is the stop.
    ada.go("/nowhere");
    ada.wait("document.querySelector('.state__title') && seen.place('lobby')");
    assert_eq!(
        ada.look("[...document.querySelectorAll('.place[tabindex=\"0\"]')].map(place => place.textContent.trim())"),
        json!(["lobby"])
    );
}

#[test]
#[ignore = "needs a browser"]
fn f6_moves_between_the_panes() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.wait("document.activeElement === seen.composer()");
    ada.wait("document.querySelector('.person')");
    let panes = [
        "document.querySelector('.people__list')",
        "seen.place('lobby')",
        "seen.scroller()",
        "seen.composer()",
    ];
    for pane in panes {
        ada.press(Key::F6);
        ada.wait(&format!("document.activeElement === {pane}"));
    }
    ada.page.press(Key::F6, Modifiers::SHIFT).unwrap();
    ada.wait("document.activeElement === seen.scroller()");
    // A pane that is closed is passed over.
    ada.click(".conversation__people");
    ada.wait("!document.querySelector('.people__list')?.checkVisibility()");
    ada.look("seen.composer().focus()");
    ada.press(Key::F6);
    ada.wait("document.activeElement === seen.place('lobby')");
    ada.page.press(Key::F6, Modifiers::SHIFT).unwrap();
    ada.wait("document.activeElement === seen.composer()");
}

/// Presses a letter's key.
pub fn type_letter(person: &Person, letter: &str, code: &str) {
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({ "type": kind, "key": letter, "code": code });
        if kind == "keyDown" {
            event["text"] = letter.into();
        }
        person.page.call("Input.dispatchKeyEvent", event).unwrap();
    }
}
