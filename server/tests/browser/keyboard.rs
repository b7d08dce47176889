//! Reading without a mouse.

use chromium::{Key, Modifiers};
use serde_json::json;
use shared::id::RoomId;

use crate::history::long;
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
    // A block is a stop only while its row is the current one.
    let stops = "[...document.querySelectorAll('.message__pre')]
        .map(code => (code.closest('.row').focus(), code.tabIndex))";
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

#[test]
#[ignore = "needs a browser"]
fn the_menu_key_and_enter_open_the_menu_of_a_message() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("hello");
    ada.sees_sent("hello");
    let menu = "document.querySelector('.timeline .menu:popover-open')";
    let focused = |item: &str| format!("document.activeElement.textContent === '{item}'");
    for (key, held) in [
        (Key::ContextMenu, Modifiers::NONE),
        (Key::F10, Modifiers::SHIFT),
        (Key::Enter, Modifiers::NONE),
    ] {
        ada.look("seen.row('hello').focus()");
        ada.page.press(key, held).unwrap();
        ada.wait(&format!("{menu} && {}", focused("Edit")));
        ada.press(Key::Down);
        ada.wait(&focused("Copy link"));
        ada.press(Key::End);
        ada.wait(&focused("Delete"));
        ada.press(Key::Escape);
        ada.wait(&format!(
            "!{menu} && document.activeElement === seen.row('hello')"
        ));
    }
    ada.press(Key::Enter);
    ada.wait(&focused("Edit"));
    ada.press(Key::Enter);
    ada.wait("document.activeElement?.matches('.message__editor textarea')");
}

#[test]
#[ignore = "needs a browser"]
fn the_focus_stays_in_the_timeline_on_the_way_to_either_end() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(400));
    let ada = stage.person("Ada");
    ada.sees_place(400);
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    ada.wait("document.activeElement === seen.rows().at(-1)");
    let seq = "Number(document.activeElement.dataset.seq)";
    for _ in 0..3 {
        let first = ada.look("seen.rows()[0].dataset.seq");
        ada.press(Key::Home);
        ada.wait(&format!("{seq} === {}", first.as_str().unwrap()));
        // Older messages are loaded above, and far ones are removed.
        ada.wait(&format!("seen.rows()[0].dataset.seq < {first}"));
        assert_eq!(
            ada.look(&format!("String({seq})")),
            first,
            "the focus is kept"
        );
    }
    let before = ada.look(seq).as_u64().unwrap();
    ada.press(Key::Down);
    ada.wait(&format!("{seq} === {}", before + 1));
    // The row with the focus is scrolled away until it is removed.
    ada.look(&format!(
        "seen.until(() => {{
            seen.scroller().scrollTop = 1e6;
            return !seen.rows().some(row => seen.seq(row) === {});
        }})",
        before + 1
    ));
    ada.wait("document.activeElement === seen.scroller()");
    ada.look("seen.scroller().scrollTop = 0; seen.rows()[0].focus()");
    ada.press(Key::End);
    ada.wait("seen.atEnd() && document.activeElement === seen.rows().at(-1)");

    ada.look("seen.scroller().scrollTop = 0");
    ada.wait("document.querySelector('.timeline__jump')");
    ada.look("document.querySelector('.timeline__jump').focus()");
    ada.press(Key::Enter);
    ada.wait("seen.atEnd() && document.activeElement === seen.composer()");
}

#[test]
#[ignore = "needs a browser"]
fn only_links_of_the_current_message_are_stops_for_tab() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let mut ben = stage.guest("Ben");
    let wide = "wide ".repeat(60);
    for text in [
        "https://example.org/1",
        &format!("```\n{wide}\n```"),
        "https://example.org/2 and https://example.org/3",
        "plain",
    ] {
        stage.run(ben.post(RoomId::LOBBY, text));
    }
    ada.sees("plain");
    let tab = |held| ada.page.press(Key::Tab, held).unwrap();
    let at_composer = "document.activeElement === seen.composer()";
    ada.look("seen.scroller().focus()");
    // The beginning of the room is in sight, and has a button.
    let at_begin = "document.activeElement.matches('.timeline__begin button')";
    tab(Modifiers::NONE);
    ada.wait(at_begin);
    tab(Modifiers::NONE);
    ada.wait(at_composer);
    tab(Modifiers::SHIFT);
    ada.wait(at_begin);
    tab(Modifiers::SHIFT);
    ada.wait("document.activeElement === seen.scroller()");
    ada.press(Key::Up);
    ada.press(Key::Up);
    for link in ["https://example.org/2", "https://example.org/3"] {
        tab(Modifiers::NONE);
        ada.wait(&format!("document.activeElement.textContent === '{link}'"));
    }
    tab(Modifiers::NONE);
    ada.wait("document.activeElement.closest('.message__actions')");
    tab(Modifiers::NONE);
    ada.wait(at_composer);
    // Back again, to the same message.
    tab(Modifiers::SHIFT);
    ada.wait("document.activeElement.textContent === 'https://example.org/3'");
}

#[test]
#[ignore = "needs a browser"]
fn after_signing_in_and_after_making_a_room_one_can_write() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.wait("document.activeElement === seen.composer()");
    ada.page.insert_text("at once").unwrap();
    ada.wait("seen.composer().value === 'at once'");

    ada.open_new_room();
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.page.insert_text("garden").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.conversation__name').textContent === 'garden'");
    ada.ready();
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement === seen.composer()");
    ada.look("seen.frame().then(seen.frame)");
    assert!(ada.finds("document.activeElement === seen.composer()"));
}

/// Presses a key of another layout.
fn press_as(person: &Person, key: &str, code: &str) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": code });
        person.page.call("Input.dispatchKeyEvent", event).unwrap();
    }
}
