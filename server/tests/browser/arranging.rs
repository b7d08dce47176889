//! How somebody arranges their rooms: favourites, sections, the order, what is muted and closed.

use chromium::{Key, Modifiers};
use serde_json::{Value, json};
use shared::id::{RoomId, UserId};

use crate::accounts::{fill, owner};
use crate::axe;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::phone::{assert_large_enough, by_phone, tap};
use crate::stage::Stage;
use crate::support::account::PASSWORD;
use crate::support::command;
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

    open_menu(&ada, "Cora");
    choose(&ada, "Close conversation");
    shows(&[&ada], "Direct messages", &["Ben"]);
    stage.run(cora.post(with_cora, "one more thing"));
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    ada.page.reload().unwrap();
    ada.ready();
    shows(&[&ada], "Direct messages", &["Cora", "Ben"]);
    ada.enter("Cora");
    ada.sees("one more thing");
    ada.wait("document.title.startsWith('(2) ')");
}

#[test]
#[ignore = "needs a browser"]
fn of_sixty_rooms_ten_unread_and_one_message_to_oneself_one_badge_is_filled() {
    let stage = Stage::with(&["--max-rooms-per-person", "70"]);
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    let rooms: Vec<RoomId> = (10..70)
        .map(|number| stage.run(olga.create_room(&format!("room {number}"))))
        .collect();
    let ada = device(&stage, Looks::default());
    ada.wait("seen.places().length === 61");
    let heights = "[...document.querySelectorAll('.sidebar__row')].map(row => row.offsetHeight)";
    let before = ada.look(heights);

    let (mut ben, mut cora) = (stage.guest("Ben"), stage.guest("Cora"));
    for room in &rooms[..10] {
        stage.run(ben.post(*room, "words"));
    }
    direct(&stage, &mut cora, owner.profile.id, "for you");
    ada.wait("document.querySelectorAll('.place .badge').length === 11");
    ada.look("seen.place('Cora').scrollIntoView()");
    let filled = "[...document.querySelectorAll('.badge')].filter(badge =>
        getComputedStyle(badge).backgroundColor !== 'rgba(0, 0, 0, 0)').map(badge => badge.textContent)";
    assert_eq!(ada.look(filled), json!(["1"]));
    ada.wait("document.title.startsWith('(1) ')");
    let after = ada.look(heights);
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(before[..], after[..61]);
}

#[test]
#[ignore = "needs a browser"]
fn of_five_hundred_rooms_a_message_and_another_room_render_only_their_rows() {
    let stage = Stage::with(&["--max-rooms-per-person", "600"]);
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    let commands: Vec<_> = (1..=500)
        .map(|number| command::create_room(&format!("room {number}"), ""))
        .collect();
    stage.run(olga.say_all(&commands));
    let mut rooms = Vec::new();
    for command in &commands {
        rooms.push(
            stage
                .run(olga.answer(command::id(command)))
                .unwrap()
                .room
                .unwrap(),
        );
    }
    let ada = device(&stage, Looks::default());
    ada.wait("seen.places().length === 501");
    // What a row is made of, and how long all of them take, from nothing to what is painted.
    let nodes = ada.look("document.querySelectorAll('.sidebar__scroller *').length");
    assert!(nodes.as_u64().unwrap() < 501 * 6, "{nodes} nodes");
    ada.page.reload().unwrap();
    ada.wait("document.querySelectorAll('.sidebar__scroller a.place').length === 501");
    let long =
        ada.look("seen.frame().then(() => performance.getEntriesByType('longtask').length || 0)");
    println!("{nodes} nodes, {long} long tasks");
    ada.ready();

    // Which rows change.
    ada.look(
        "window.changed = new Set(); new MutationObserver(records => records.forEach(record => {
            const row = (record.target.closest ?? (() => null)).call(record.target, '.sidebar__row');
            changed.add(row ? row.querySelector('.place__name').textContent : record.target.className);
        })).observe(document.querySelector('.sidebar__scroller'),
            { subtree: true, childList: true, attributes: true, characterData: true })",
    );
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(rooms[249], "words"));
    ada.wait("seen.badge('room 250') === '1'");
    assert_eq!(ada.look("[...changed]"), json!(["room 250"]));
    ada.look("changed.clear()");
    let began = ada.look("performance.now()").as_f64().unwrap();
    ada.look("seen.place('room 250').click()");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'room 250'");
    ada.sees("words");
    let took = ada.look("performance.now()").as_f64().unwrap() - began;
    println!("another room after {took} ms");
    ada.wait("seen.badge('room 250') === ''");
    let mut changed: Vec<String> = serde_json::from_value(ada.look("[...changed]")).unwrap();
    changed.sort();
    assert_eq!(changed, ["lobby", "room 250"]);
}

#[test]
#[ignore = "needs a browser"]
fn an_arranged_list_looks_well_in_both_themes_and_languages() {
    for (dark, language) in [
        (false, "en-US"),
        (true, "ko-KR"),
        (true, "en-US"),
        (false, "ko-KR"),
    ] {
        let stage = Stage::new();
        for screen in [DESK, PHONE] {
            let looks = Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            };
            look_at_list(&stage, looks);
        }
    }
}

fn look_at_list(stage: &Stage, looks: Looks) {
    let place = if looks.screen.phone { "phone" } else { "desk" };
    let theme = if looks.dark { "dark" } else { "light" };
    let name = |what: &str| format!("list-{place}-{theme}-{}-{what}", &looks.language[..2]);
    let ada = stage.person_like("하나 Ada", looks);
    let user = id_of(&ada);
    let mut ben = stage.guest("준호");
    let own = stage.run(ben.open_direct(&[user]));
    stage.run(ben.post(own, "시간 있어요?"));
    let rooms: Vec<RoomId> = ["정원", "Design", "Kitchen", "동네 소식"]
        .iter()
        .map(|name| stage.run(ben.create_private_room(&format!("{name} {place}"))))
        .collect();
    for room in &rooms {
        stage.run(ben.add_members(*room, &[user]));
    }
    let mut cora = stage.guest("Cora Weiß");
    let others = stage.run(cora.open_direct(&[user, ben.user().id]));
    stage.run(cora.post(others, "lunch?"));
    ada.wait("document.querySelectorAll('.place').length === 7");
    arrange(&ada, &rooms);
    stage.run(ben.post(rooms[1], "unread"));
    ada.wait("document.querySelectorAll('.place .badge').length >= 3");
    if looks.screen.phone {
        ada.click("button.conversation__back");
        ada.wait("seen.still(seen.section('Work') ?? document.querySelector('.sidebar__section'))");
    }
    axe::look_at(&ada, &name("sections"));
    let row = "[...document.querySelectorAll('.place')][1]";
    if looks.screen.phone {
        ada.holds_still(row);
        ada.page.put_finger_on(row).unwrap();
        ada.wait("document.querySelector('dialog[open] .sheet__actions')");
        ada.page.lift_finger().unwrap();
    } else {
        ada.look(&format!("{row}.focus()"));
        ada.page.press(Key::F10, Modifiers::SHIFT).unwrap();
        ada.wait("document.querySelector('.menu--dialog:popover-open')");
    }
    axe::look_at(&ada, &name("row-menu"));
    ada.press(Key::Escape);
}

/// By the page's own connection, as another device would.
fn arrange(ada: &Person, rooms: &[RoomId]) {
    for (room, items) in [(rooms[0], vec![1]), (rooms[3], vec![3])] {
        let link = format!(".place[href='/rooms/{room}']");
        ada.look(&format!("document.querySelector(\"{link}\").focus()"));
        for item in items {
            ada.look(&format!(
                "document.querySelector(\"{link}\").dispatchEvent(new KeyboardEvent('keydown',
                    {{ key: 'F10', shiftKey: true, bubbles: true, cancelable: true }}))"
            ));
            let button = format!(
                ":is(.menu--dialog:popover-open, dialog .sheet__actions) .menu__item:nth-of-type({item})"
            );
            ada.wait(&format!("document.querySelector(\"{button}\")"));
            ada.look(&format!("document.querySelector(\"{button}\").click()"));
            ada.wait("!document.querySelector('.menu--dialog, dialog[open]')");
        }
    }
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
fn open_menu(person: &Person, room: &str) {
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
fn choose(person: &Person, action: &str) {
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
