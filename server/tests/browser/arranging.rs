//! How somebody arranges their rooms: favourites, sections, the order, what is muted and closed.

mod looks;
mod many;
mod sections;

use chromium::{Key, Modifiers};
use serde_json::{Value, json};
use shared::id::{RoomId, UserId};

use crate::accounts::{fill, owner};
use crate::person::{Looks, Person};
use crate::phone::{assert_large_enough, by_phone, tap};
use crate::stage::Stage;
use crate::support::account::PASSWORD;
use crate::support::native::Native;

/// What has the focus.
const AT: &str =
    "document.activeElement.querySelector?.('.place__name, .sidebar__name')?.textContent";

#[test]
#[ignore = "needs a browser"]
fn favourites_sections_and_their_order_are_made_by_keyboard_and_are_the_same_on_two_devices() {
    let stage = Stage::new();
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    for name in ["apple", "berry", "cherry"] {
        stage.run(olga.create_room(name));
    }
    let desk = device(&stage, Looks::default());
    let phone = device(&stage, by_phone());
    let both = [&desk, &phone];
    shows(&both, "Rooms", &["lobby", "apple", "berry", "cherry"]);

    // A favourite, and back at the row that has moved.
    open_menu(&desk, "cherry");
    choose(&desk, "Add to favourites");
    shows(&both, "Favourites", &["cherry"]);
    shows(&both, "Rooms", &["lobby", "apple", "berry"]);
    desk.wait(&format!("{AT} === 'cherry'"));
    // The button of the row has come along.
    desk.wait("seen.place('cherry').parentElement.querySelector('.place__more')");

    // A section, and a second room in it.
    open_menu(&desk, "berry");
    choose(&desk, "Move…");
    choose(&desk, "New section…");
    desk.wait("document.activeElement?.id === 'section-name'");
    desk.page.insert_text("Work").unwrap();
    desk.press(Key::Enter);
    shows(&both, "Work", &["berry"]);
    open_menu(&desk, "apple");
    choose(&desk, "Move…");
    choose(&desk, "Work");
    shows(&both, "Work", &["berry", "apple"]);
    open_menu(&desk, "apple");
    choose(&desk, "Move…");
    choose(&desk, "Move up");
    shows(&both, "Work", &["apple", "berry"]);
    desk.wait(&format!("{AT} === 'apple'"));
    shows(&both, "Rooms", &["lobby"]);

    // A name that is taken is said at its field.
    section_menu(&desk, "Work", "Rename section");
    desk.wait("document.activeElement?.id === 'section-name'");
    desk.page.insert_text("Garden work").unwrap();
    desk.press(Key::Enter);
    shows(&both, "Garden work", &["apple", "berry"]);
    desk.wait(&format!("{AT} === 'Garden work'"));
    open_menu(&desk, "lobby");
    choose(&desk, "Move…");
    choose(&desk, "New section…");
    desk.wait("document.activeElement?.id === 'section-name'");
    desk.page.insert_text("First").unwrap();
    desk.press(Key::Enter);
    shows(&both, "First", &["lobby"]);
    section_menu(&desk, "First", "Rename section");
    desk.wait("document.activeElement?.id === 'section-name'");
    desk.page.insert_text("Garden work").unwrap();
    desk.press(Key::Enter);
    desk.wait("document.querySelector('#section-name-error')?.textContent");
    desk.press(Key::Escape);
    desk.wait("!document.querySelector('dialog')");
    section_menu(&desk, "First", "Move up");
    desk.wait(&format!("{AT} === 'First'"));
    let titles = "[...document.querySelectorAll('.sidebar__name')].map(name => name.textContent)";
    for device in both {
        wait_for(
            device,
            titles,
            &json!([
                "Favourites",
                "First",
                "Garden work",
                "Rooms",
                "Direct messages"
            ]),
        );
    }
    // Without its section a room stands where rooms stand by themselves.
    section_menu(&desk, "Garden work", "Remove section");
    shows(&both, "Rooms", &["apple", "berry"]);
    // What follows has the focus.
    desk.wait(&format!("{AT} === 'Rooms'"));

    // With a finger.
    tap(&phone, "button.conversation__back");
    let berry = "seen.place('berry')";
    phone.holds_still(berry);
    phone.page.put_finger_on(berry).unwrap();
    phone.wait("document.querySelector('dialog[open] .sheet__actions')");
    phone.page.lift_finger().unwrap();
    assert_large_enough(&phone, "what can be done with a room");
    choose(&phone, "Add to favourites");
    shows(&both, "Favourites", &["cherry", "berry"]);
    assert_eq!(
        phone.look("location.pathname"),
        "/rooms/1",
        "no room was opened"
    );
}

#[test]
#[ignore = "needs a browser"]
fn a_collapsed_section_shows_the_current_and_the_unread_rooms_and_stays_so_in_this_browser() {
    let stage = Stage::new();
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    let rooms = ["apple", "berry", "cherry"].map(|name| stage.run(olga.create_room(name)));
    let one = device(&stage, Looks::default());
    let other = device(&stage, Looks::default());
    shows(&[&one], "Rooms", &["lobby", "apple", "berry", "cherry"]);

    one.look("seen.section('Rooms').querySelector('.sidebar__toggle').focus()");
    one.press(Key::Enter);
    shows(&[&one], "Rooms", &["lobby"]);
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(rooms[1], "look"));
    shows(&[&one], "Rooms", &["lobby", "berry"]);
    one.page.reload().unwrap();
    one.ready();
    shows(&[&one], "Rooms", &["lobby", "berry"]);
    // Keys go through the rows as they stand.
    one.page.press(Key::Down, Modifiers::ALT).unwrap();
    one.wait("document.querySelector('.conversation__name')?.textContent === 'berry'");
    one.sees("look");
    shows(&[&one], "Rooms", &["berry"]);
    one.look("seen.place('berry').focus()");
    one.press(Key::Up);
    one.wait(&format!("{AT} === 'Rooms'"));
    one.press(Key::Right);
    shows(&[&one], "Rooms", &["lobby", "apple", "berry", "cherry"]);
    one.press(Key::Left);
    shows(&[&one], "Rooms", &["berry"]);
    shows(&[&other], "Rooms", &["lobby", "apple", "berry", "cherry"]);

    // Where no room is shown, the title stands for the rows that it hides.
    one.go("/nowhere");
    one.wait("document.querySelector('.state__title') && seen.section('Rooms')");
    let stops =
        "[...document.querySelectorAll('.sidebar__scroller [tabindex=\"0\"]')].map(seen.name)";
    wait_for(&one, stops, &json!(["Rooms"]));
    one.press(Key::F6);
    one.wait(&format!("{AT} === 'Rooms'"));
    one.press(Key::Right);
    shows(&[&one], "Rooms", &["lobby", "apple", "berry", "cherry"]);
    wait_for(&one, stops, &json!(["lobby"]));
}

#[test]
#[ignore = "needs a browser"]
fn what_somebody_calls_their_sections_is_not_left_in_the_browser() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let collapse = |section: &str| {
        ada.look(&format!(
            "seen.section('{section}').querySelector('.sidebar__toggle').focus()"
        ));
        ada.press(Key::Left);
        ada.wait(&format!(
            "localStorage.getItem('madang.collapsed')?.toLowerCase().includes('{}')",
            section.to_lowercase()
        ));
    };
    for is_removed in [true, false] {
        open_menu(&ada, "lobby");
        choose(&ada, "Move…");
        choose(&ada, "New section…");
        ada.wait("document.activeElement?.id === 'section-name'");
        ada.page.insert_text("Surprise").unwrap();
        ada.press(Key::Enter);
        shows(&[&ada], "Surprise", &["lobby"]);
        collapse("Surprise");
        if is_removed {
            section_menu(&ada, "Surprise", "Remove section");
            shows(&[&ada], "Rooms", &["lobby"]);
            ada.wait("!localStorage.getItem('madang.collapsed').includes('Surprise')");
        }
    }
    collapse("Rooms");
    ada.click(".me");
    ada.choose("Sign out");
    ada.click("dialog .button--alarm");
    ada.wait("document.querySelector('form.card input#name')");
    ada.wait("localStorage.getItem('madang.collapsed') === null");
    ada.come_in("Ben");
    ada.wait("seen.section('Rooms').querySelector('.sidebar__toggle').ariaExpanded === 'true'");
}

#[test]
#[ignore = "needs a browser"]
fn a_muted_room_is_last_and_asks_for_no_attention() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let rooms = ["apple", "berry"].map(|name| stage.run(ben.create_room(name)));
    let ada = stage.person("Ada");
    ada.join("berry");
    ada.join("apple");
    ada.enter("lobby");
    shows(&[&ada], "Rooms", &["lobby", "apple", "berry"]);
    open_menu(&ada, "apple");
    choose(&ada, "Mute");
    shows(&[&ada], "Rooms", &["lobby", "berry", "apple"]);
    // Not by its colour alone.
    let sign = "seen.place('apple').querySelector('.place__name ~ .icon + .visually-hidden')";
    ada.wait(&format!("{sign}?.textContent === 'muted'"));

    stage.run(ben.post(rooms[0], "loud"));
    stage.run(ben.post(rooms[1], "louder"));
    ada.wait("seen.badge('berry') === '1' && document.title.startsWith('• ')");
    assert_eq!(ada.look("seen.badge('apple')"), "");
    // Keys that lead to what is unread pass it over.
    ada.page
        .press(Key::Down, Modifiers::ALT | Modifiers::SHIFT)
        .unwrap();
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'berry'");
    ada.wait("!document.title.startsWith('•')");
    open_menu(&ada, "apple");
    choose(&ada, "Unmute");
    ada.wait("seen.badge('apple') === '1'");
    ada.wait(&format!("!{sign}"));
    shows(&[&ada], "Rooms", &["lobby", "apple", "berry"]);
}

#[test]
#[ignore = "needs a browser"]
fn conversations_stand_by_their_last_message_and_a_closed_one_comes_back() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let user = id_of(&ada);
    let (mut ben, mut cora) = (stage.guest("Ben"), stage.guest("Cora"));
    let with_ben = direct(&stage, &mut ben, user, "hello");
    shows(&[&ada], "Direct messages", &["Ben"]);
    let with_cora = direct(&stage, &mut cora, user, "good morning");
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    // Both are addressed to Ada: they are counted in the title.
    ada.wait("document.title.startsWith('(2) ')");
    assert!(ada.finds("seen.place('Ben').querySelector('.badge--signal').textContent === '1'"));

    ada.look("seen.place('Cora').focus()");
    stage.run(ben.post(with_ben, "are you there?"));
    shows(&[&ada], "Direct messages", &["Ben", "Cora"]);
    assert_eq!(ada.look(AT), "Cora", "the row that stays keeps the focus");
    stage.run(cora.post(with_cora, "I am"));
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    assert_eq!(ada.look(AT), "Cora", "and so does the row that moves");

    // Nothing leads to what is unread in a closed one: it is read.
    ada.wait("document.title.startsWith('(4) ')");
    open_menu(&ada, "Cora");
    choose(&ada, "Close conversation");
    shows(&[&ada], "Direct messages", &["Ben"]);
    ada.wait("document.title.startsWith('(2) ')");
    ada.wait(&format!("{AT} === 'Ben'"));
    stage.run(cora.post(with_cora, "one more thing"));
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    ada.wait("seen.badge('Cora') === '1'");
    ada.page.reload().unwrap();
    ada.ready();
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    ada.enter("Cora");
    ada.sees("one more thing");
    ada.wait("document.title.startsWith('(2) ')");

    // While it is shown, it is in the list although it was closed.
    open_menu(&ada, "Cora");
    choose(&ada, "Close conversation");
    shows(&[&ada], "Direct messages", &["Ben"]);
    ada.follow(&format!("/rooms/{with_cora}"));
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    ada.follow("/rooms");
    shows(&[&ada], "Direct messages", &["Ben"]);
}

/// Somebody with an account at another device.
fn device(stage: &Stage, looks: Looks) -> Person {
    let olga = stage.visitor(looks);
    olga.go("/sign-in");
    olga.wait("document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    fill(&olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
    olga
}

/// A message of a direct conversation with somebody; the conversation.
fn direct(stage: &Stage, from: &mut Native, to: UserId, words: &str) -> RoomId {
    let room = stage.run(from.open_direct(&[to]));
    stage.run(from.post(room, words));
    room
}

fn id_of(person: &Person) -> UserId {
    let id = person.look("JSON.parse(localStorage['madang.me']).id");
    UserId(id.as_i64().unwrap())
}

/// Opens the menu of a row by keyboard.
#[track_caller]
pub fn open_menu(person: &Person, room: &str) {
    let room = Value::from(room);
    person.wait(&format!("seen.place({room})"));
    person.look(&format!("seen.place({room}).focus()"));
    person.page.press(Key::F10, Modifiers::SHIFT).unwrap();
    person.wait("document.activeElement.closest('.menu--dialog:popover-open')");
}

/// Opens the menu of a section by keyboard, and chooses one of its actions.
#[track_caller]
fn section_menu(person: &Person, section: &str, action: &str) {
    let title = format!("seen.section('{section}').querySelector('.sidebar__toggle')");
    person.wait(&format!("seen.section('{section}')"));
    person.look(&format!("{title}.focus()"));
    person
        .page
        .press(Key::ContextMenu, Modifiers::NONE)
        .unwrap();
    person.wait("document.activeElement.closest('.menu--dialog:popover-open')");
    choose(person, action);
}

/// Chooses an action of the open menu.
#[track_caller]
pub fn choose(person: &Person, action: &str) {
    person.click_on(&format!(
        "seen.named('.menu__item', {})",
        Value::from(action)
    ));
}

/// Waits until a section has these rooms in this order.
#[track_caller]
fn shows(people: &[&Person], section: &str, rooms: &[&str]) {
    for person in people {
        wait_for(
            person,
            &format!("seen.inSection('{section}')"),
            &json!(rooms),
        );
    }
}

#[track_caller]
fn wait_for(person: &Person, expression: &str, wanted: &Value) {
    let wanted = Value::from(wanted.to_string());
    person.wait(&format!("JSON.stringify({expression}) === {wanted}"));
}
