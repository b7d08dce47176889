//! The list of rooms: many of them, and their order.

use chromium::{Key, Modifiers};
use serde_json::json;
use shared::id::RoomId;

use crate::person::{Looks, Person};
use crate::stage::Stage;

/// The names of the listed rooms.
const NAMES: &str =
    "[...document.querySelectorAll('.sidebar__row .place__name')].map(name => name.textContent)";
/// Whether the place of the current room is in sight.
const CURRENT_IN_SIGHT: &str = "(() => {
    const place = document.querySelector('.place[aria-current]').getBoundingClientRect();
    const pane = document.querySelector('.sidebar__scroller').getBoundingClientRect();
    return place.top >= pane.top && place.bottom <= pane.bottom;
})()";

#[test]
#[ignore = "needs a browser"]
fn of_sixty_rooms_the_current_one_and_what_is_unread_can_be_found() {
    let stage = Stage::with(&["--max-rooms-per-person", "60"]);
    let mut ben = stage.guest("Ben");
    let rooms: Vec<RoomId> = (1..=60)
        .map(|number| stage.run(ben.create_room(&format!("room {number}"))))
        .collect();
    let ada = stage.person("Ada");
    for room in &rooms {
        stage.run(ben.add_members(*room, &[ada.user()]));
    }
    ada.wait(&format!("{NAMES}.length === 61"));
    assert_eq!(
        ada.look(&format!("{NAMES}.slice(0, 4).concat({NAMES}.at(-1))")),
        json!(["lobby", "room 1", "room 2", "room 3", "room 60"])
    );
    // A room is made without scrolling past all others.
    assert!(ada.finds(
        "document.querySelector('.sidebar__add').getBoundingClientRect().bottom
            <= seen.place('lobby').getBoundingClientRect().top"
    ));

    // Keys that lead on keep the current room in sight.
    assert!(!ada.finds("document.querySelector('.sidebar__hint')"));
    go_to(&ada, Key::Up, "room 60");
    ada.wait(CURRENT_IN_SIGHT);
    for number in (35..60).rev() {
        go_to(&ada, Key::Up, &format!("room {number}"));
    }
    ada.wait(CURRENT_IN_SIGHT);
    go_to(&ada, Key::Down, "room 36");
    ada.enter("lobby");

    // What is unread out of sight is said, and leads there.
    ada.look("document.querySelector('.sidebar__scroller').scrollTop = 0");
    stage.run(ben.post(rooms[49], "one"));
    stage.run(ben.post(rooms[49], "two"));
    stage.run(ben.post(rooms[59], "three"));
    let hint = |words: &str| {
        format!("document.querySelector('.sidebar__hint')?.textContent === '{words}'")
    };
    ada.wait(&hint("↓ 3 unread"));
    ada.click(".sidebar__hint");
    ada.wait(&hint("↓ 1 unread"));
    ada.wait("seen.place('room 50').getBoundingClientRect().bottom <= innerHeight");
    ada.click(".sidebar__hint");
    ada.wait("!document.querySelector('.sidebar__hint')");
    ada.look("document.querySelector('.sidebar__scroller').scrollTop = 1e6");
    stage.run(ben.post(rooms[2], "four"));
    ada.wait(&hint("↑ 1 unread"));
    ada.click(".sidebar__hint");
    ada.enter("room 3");
    ada.sees("four");
}

#[test]
#[ignore = "needs a browser"]
fn names_are_sorted_in_the_order_of_the_language() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let rooms = ["zebra", "나무", "Apple", "가지"].map(|name| stage.run(ben.create_room(name)));
    let _others = ["나리", "Zoe"].map(|name| {
        let mut other = stage.guest(name);
        stage.run(other.subscribe(RoomId::LOBBY));
        other
    });
    let korean = Looks {
        language: "ko-KR",
        ..Looks::default()
    };
    let ada = stage.person_like("Ada", korean);
    for room in rooms {
        stage.run(ben.add_members(room, &[ada.user()]));
    }
    let people = "[...document.querySelectorAll('.person__name')].map(name => name.textContent)";
    let shows = |rooms: &[&str], names: &[&str]| {
        let (rooms, names) = (json!(rooms).to_string(), json!(names).to_string());
        ada.wait(&format!("JSON.stringify({NAMES}) === {}", json!(rooms)));
        ada.wait(&format!("JSON.stringify({people}) === {}", json!(names)));
    };
    // In Korean Hangul comes first. The lobby that nobody has renamed has a Korean name.
    shows(
        &["로비", "가지", "나무", "Apple", "zebra"],
        &["나리", "Ada", "Zoe"],
    );
    ada.wait("document.querySelector('.conversation__name').textContent === '로비'");
    // Nobody has named the place either.
    ada.wait("document.title === '로비 · 마당'");
    ada.choose("설정");
    ada.choose("English");
    ada.press(Key::Escape);
    shows(
        &["lobby", "Apple", "zebra", "가지", "나무"],
        &["Ada", "Zoe", "나리"],
    );
    ada.wait("document.title === 'lobby · Madang'");
}

/// Goes to the room above or below by keys.
fn go_to(person: &Person, key: Key, room: &str) {
    person.page.press(key, Modifiers::ALT).unwrap();
    person.wait(&format!(
        "document.querySelector('.conversation__name')?.textContent === '{room}'"
    ));
}
