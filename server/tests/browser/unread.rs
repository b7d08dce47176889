//! Read marks that somebody sets: unread from here, all read, and that undone.

use chromium::{Key, Modifiers};
use serde_json::json;
use shared::id::{RoomId, Seq};

use crate::person::Person;
use crate::stage::Stage;
use crate::support::command;

const LOBBY: RoomId = RoomId::LOBBY;

#[test]
#[ignore = "needs a browser"]
fn unread_from_here_is_so_on_two_devices_until_the_room_was_left() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.join_and_return("garden");
    for text in ["one", "two", "three"] {
        stage.run(ben.post(LOBBY, text));
    }
    ada.sees("three");
    let other = ada.second_window();
    other.go("/rooms/1");
    other.sees("three");
    let both = [&ada, &other];

    // By a click with Alt.
    click_with_alt(&ada, "seen.row('two').querySelector('.message__body')");
    for window in both {
        window.wait("seen.badge('lobby') === '2'");
        window.wait("seen.row('two').querySelector('.row__unread')");
    }
    // The page raises nothing, whatever is seen and said meanwhile.
    stage.run(ben.post(LOBBY, "four"));
    for window in both {
        window.sees("four");
        window.wait("seen.badge('lobby') === '3' && seen.atEnd()");
        window.look("window.dispatchEvent(new Event('focus'))");
        window.look("seen.frame().then(seen.frame)");
        assert_eq!(window.look("seen.badge('lobby')"), "3");
    }

    // Until it was left: then it opens there, and is read to its end.
    ada.enter("garden");
    ada.wait("seen.badge('lobby') === '3'");
    ada.enter("lobby");
    ada.wait("seen.row('two').querySelector('.row__unread')");
    for window in both {
        window.wait("seen.badge('lobby') === ''");
    }
}

#[test]
#[ignore = "needs a browser"]
fn unread_from_a_later_message_stays_so_to_the_end_of_the_room() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.join_and_return("garden");
    for number in 1..=40 {
        stage.run(ben.post(garden, &format!("word {number}")));
    }
    ada.wait("seen.badge('garden') === '40'");
    ada.enter("garden");
    ada.wait("seen.row('word 1')?.querySelector('.row__unread')");
    assert!(!ada.finds("seen.atEnd()"));
    click_with_alt(&ada, "seen.row('word 6').querySelector('.message__body')");
    ada.wait("seen.row('word 6').querySelector('.row__unread')");
    assert!(!ada.finds("seen.row('word 1').querySelector('.row__unread')"));
    ada.click(".timeline__jump");
    ada.wait("seen.atEnd()");
    stage.run(ben.post(garden, "the last"));
    ada.sees("the last");
    ada.wait("seen.badge('garden') === '36' && seen.atEnd()");
    ada.look("window.dispatchEvent(new Event('focus'))");
    ada.look("seen.frame().then(seen.frame)");
    assert_eq!(ada.look("seen.badge('garden')"), "36");
}

#[test]
#[ignore = "needs a browser"]
fn what_another_device_has_read_after_all_is_read_on_here() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.join_and_return("garden");
    for text in ["one", "two"] {
        stage.run(ben.post(LOBBY, text));
    }
    ada.sees("two");
    let other = ada.second_window();
    other.go("/rooms/1");
    other.sees("two");
    click_with_alt(&other, "seen.row('one').querySelector('.message__body')");
    ada.wait("seen.badge('lobby') === '2' && seen.row('one').querySelector('.row__unread')");
    other.page.press(Key::Escape, Modifiers::SHIFT).unwrap();
    ada.wait("seen.badge('lobby') === '' && !document.querySelector('.row__unread')");
    // Nobody but this window looks at the room from here on.
    other.enter("garden");
    stage.run(ben.post(LOBBY, "three"));
    ada.sees("three");
    ada.wait("seen.atEnd() && seen.badge('lobby') === ''");
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("seen.row('three') && seen.badge('lobby') === ''");
    assert!(!ada.finds("document.querySelector('.row__unread')"));
}

#[test]
#[ignore = "needs a browser"]
fn a_click_with_alt_where_a_message_is_changed_marks_nothing() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let ada = stage.person("Ada");
    ada.say("mine");
    ada.sees_sent("mine");
    stage.run(ben.post(LOBBY, "and this"));
    ada.sees("and this");
    ada.act_on("mine", "Edit");
    ada.wait("document.activeElement?.matches('.message__editor textarea')");
    click_with_alt(&ada, "document.querySelector('.message__editor textarea')");
    ada.look("seen.frame().then(seen.frame)");
    assert!(!ada.finds("document.querySelector('.row__unread')"));
    assert_eq!(ada.look("seen.badge('lobby')"), "");
}

#[test]
#[ignore = "needs a browser"]
fn unread_from_here_is_in_the_menu_and_has_a_key() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let ada = stage.person("Ada");
    for text in ["one", "two"] {
        stage.run(ben.post(LOBBY, text));
    }
    ada.sees("two");
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    ada.wait("document.activeElement === seen.row('two')");
    press_letter(&ada, ('U', "KeyU"), SHIFT);
    ada.wait("seen.badge('lobby') === '1'");
    // Shift+Esc reads it all again.
    ada.page.press(Key::Escape, Modifiers::SHIFT).unwrap();
    ada.wait("seen.badge('lobby') === ''");

    ada.look("seen.row('one').focus()");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.timeline .menu:popover-open')");
    ada.choose("Unread from here");
    ada.wait("seen.badge('lobby') === '2'");
}

#[test]
#[ignore = "needs a browser"]
fn all_rooms_are_marked_as_read_and_that_is_undone() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let rooms = ["apple", "berry", "cherry"].map(|name| stage.run(ben.create_room(name)));
    let ada = stage.person("Ada");
    for name in ["apple", "berry", "cherry"] {
        ada.join(name);
    }
    ada.enter("lobby");
    press_letter(&ada, ('R', "KeyR"), ALT + SHIFT);
    ada.wait("document.querySelector('.toast p')?.textContent === 'Nothing is unread'");
    for (number, room) in (1..).zip(&rooms[..2]) {
        for _ in 0..number {
            stage.run(ben.post(*room, "words"));
        }
    }
    ada.wait("seen.badge('apple') === '1' && seen.badge('berry') === '2'");

    press_letter(&ada, ('R', "KeyR"), ALT + SHIFT);
    ada.wait("document.querySelector('.toast p')?.textContent === '2 rooms marked as read'");
    ada.wait("!document.querySelector('.place .badge') && !document.title.startsWith('•')");
    // Read on since: that stays as it is.
    ada.enter("berry");
    stage.run(ben.post(rooms[1], "and more"));
    ada.sees("and more");
    ada.enter("lobby");
    ada.choose("Undo");
    ada.wait("seen.badge('apple') === '1'");
    assert_eq!(ada.look("seen.badge('berry')"), "");
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("seen.badge('apple') === '1'");
    assert_eq!(ada.look("seen.badge('berry')"), "");

    // By the menu of the list.
    ada.click("[popovertarget=places-menu]");
    ada.choose("Mark all as read");
    ada.wait("!document.querySelector('.place .badge')");
}

#[test]
#[ignore = "needs a browser"]
fn keys_lead_to_the_next_and_the_previous_unread_room() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let names = ["apple", "berry", "cherry", "date"];
    let rooms = names.map(|name| stage.run(ben.create_room(name)));
    let ada = stage.person("Ada");
    for name in names {
        ada.join(name);
    }
    ada.enter("lobby");
    for room in [rooms[0], rooms[2]] {
        stage.run(ben.post(room, "words"));
    }
    ada.wait("seen.badge('apple') === '1' && seen.badge('cherry') === '1'");
    go(&ada, Key::Up, Modifiers::ALT | Modifiers::SHIFT, "cherry");
    go(&ada, Key::Up, Modifiers::ALT | Modifiers::SHIFT, "apple");
    go(&ada, Key::Up, Modifiers::ALT, "lobby");
    go(&ada, Key::Down, Modifiers::ALT, "apple");
    stage
        .run(ben.ask(&command::delete(rooms[2], Seq(1))))
        .unwrap_err();
    stage.run(ben.post(rooms[3], "words"));
    ada.wait("seen.badge('date') === '1'");
    go(&ada, Key::Down, Modifiers::ALT | Modifiers::SHIFT, "date");
}

#[track_caller]
fn click_with_alt(person: &Person, element: &str) {
    person.holds_still(element);
    person.look(&format!(
        "{element}.dispatchEvent(new MouseEvent('click', {{ altKey: true, bubbles: true }}))"
    ));
}

/// The values of `modifiers` in the browser's protocol.
const ALT: u32 = 1;
const SHIFT: u32 = 8;

/// Presses a letter's key with others, which types nothing.
fn press_letter(person: &Person, (letter, code): (char, &str), modifiers: u32) {
    for kind in ["rawKeyDown", "keyUp"] {
        let key = letter.to_string();
        let event = json!({ "type": kind, "key": key, "code": code, "modifiers": modifiers });
        person.page.call("Input.dispatchKeyEvent", event).unwrap();
    }
}

#[track_caller]
fn go(person: &Person, key: Key, held: Modifiers, room: &str) {
    person.page.press(key, held).unwrap();
    person.wait(&format!(
        "document.querySelector('.conversation__name')?.textContent === '{room}'"
    ));
    person.ready();
}
