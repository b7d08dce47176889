//! What a finger does with messages and drawers: a long press, a swipe that is followed.

use chromium::Key;
use serde_json::{Value, json};
use shared::id::RoomId;

use crate::person::Person;
use crate::phone::{assert_large_enough, by_narrow_phone, by_phone, tap, tap_on};
use crate::stage::Stage;

const SHEET: &str = "document.querySelector('dialog[open]:has(.sheet__quote)')";
const EDITOR: &str = "document.querySelector('.message__editor textarea')";

#[test]
#[ignore = "needs a browser"]
fn a_long_press_shows_what_can_be_done_with_a_message_and_quotes_it() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    stage.run(stage.guest("Ben").post(RoomId::LOBBY, "from somebody else"));
    ada.say("my `own` words");
    ada.sees_sent("my own words");

    press_for_long(&ada, "my own words");
    assert_large_enough(&ada, "a message's actions");
    let quote =
        "[...document.querySelector('.sheet__quote').children].map(part => part.textContent)";
    assert_eq!(ada.look(quote), json!(["Ada", "my `own` words"]));
    let actions = "[...document.querySelectorAll('.sheet__actions button')].map(seen.name)";
    assert_eq!(
        ada.look(actions),
        json!([
            "Edit",
            "Copy text",
            "Copy link",
            "Unread from here",
            "Delete"
        ])
    );
    choose(&ada, "Copy text");
    ada.wait(&format!("!{SHEET} && document.querySelector('.toast')"));
    assert_eq!(ada.look("navigator.clipboard.readText()"), "my `own` words");

    press_for_long(&ada, "from somebody else");
    assert_eq!(
        ada.look(actions),
        json!(["Copy text", "Copy link", "Unread from here"])
    );
    ada.press(Key::Escape);
    ada.wait(&format!("!{SHEET}"));

    press_for_long(&ada, "my own words");
    choose(&ada, "Delete");
    tap(&ada, "dialog .button--alarm");
    ada.wait("document.querySelector('.message__tombstone')");
    ada.wait("document.activeElement?.matches('.row') && !document.querySelector('dialog')");
}

#[test]
#[ignore = "needs a browser"]
fn a_press_that_moves_scrolls_or_is_on_a_link_is_no_long_press() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    // The moment when a press becomes a long one is when the test says so.
    ada.page
        .before_each_document(
            "const later = setTimeout, held = [];
             globalThis.setTimeout = (run, millis) => millis === 500 ? held.push(run) : later(run, millis);
             globalThis.letTimePass = () => held.splice(0).forEach(run => run());",
        )
        .unwrap();
    ada.go("/");
    ada.ready();
    ada.say("see https://example.org/");
    ada.say("a word");
    ada.sees_sent("a word");
    let text = "seen.row('a word').querySelector('.message__text')";

    let (x, y) = ada.page.put_finger_on(text).unwrap();
    ada.page.move_finger((x, y - 30.0)).unwrap();
    ada.look("letTimePass()");
    assert!(!ada.finds(SHEET), "it scrolls");
    ada.page.lift_finger().unwrap();

    ada.page.put_finger_on(text).unwrap();
    ada.page.lift_finger().unwrap();
    ada.look("letTimePass()");
    assert!(!ada.finds(SHEET), "it is a tap");

    ada.page
        .put_finger_on("document.querySelector('.message__link')")
        .unwrap();
    ada.look("letTimePass()");
    assert!(!ada.finds(SHEET), "a link has a menu of its own");
    ada.page.lift_finger().unwrap();

    ada.page.put_finger_on(text).unwrap();
    ada.look("letTimePass()");
    ada.wait(SHEET);
    ada.page.lift_finger().unwrap();
}

#[test]
#[ignore = "needs a browser"]
fn back_closes_the_actions_of_a_message() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    ada.say("a word");
    ada.sees_sent("a word");
    let place = ada.look("location.pathname");
    press_for_long(&ada, "a word");
    ada.look("history.back()");
    ada.wait(&format!("!{SHEET}"));
    assert_eq!(ada.look("location.pathname"), place);
    // Beside it one gets back too.
    press_for_long(&ada, "a word");
    ada.page.swipe((200.0, 100.0), (200.0, 100.0)).unwrap();
    ada.wait(&format!("!{SHEET}"));
}

#[test]
#[ignore = "needs a browser"]
fn messages_have_the_whole_width_and_one_button_for_who_cannot_press_for_long() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    ada.say("a word");
    ada.say("another");
    ada.sees_sent("another");
    let buttons = "seen.rows().map(row => row.querySelectorAll('.message button').length)";
    assert_eq!(ada.look(buttons), json!([1, 1]));
    assert_eq!(
        ada.look("parseInt(getComputedStyle(document.querySelector('.message')).paddingRight)"),
        8
    );
    let colour = "getComputedStyle(seen.row('another').querySelector('.message__more')).color";
    assert_eq!(ada.look(colour), "rgba(0, 0, 0, 0)");

    ada.look("seen.row('another').focus()");
    ada.press(Key::Tab);
    ada.wait("document.activeElement === seen.row('another').querySelector('.message__more')");
    assert_ne!(ada.look(colour), "rgba(0, 0, 0, 0)");
    ada.press(Key::Enter);
    ada.wait(SHEET);
    ada.press(Key::Escape);
    ada.wait(&format!(
        "!{SHEET} && document.activeElement.matches('.message__more')"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn a_message_is_edited_where_messages_are_written() {
    let stage = Stage::new();
    let (ada, ben) = (
        stage.person_like("Ada", by_narrow_phone()),
        stage.person("Ben"),
    );
    ada.say("tpyo");
    ada.sees_sent("tpyo");
    ada.write("a draft");

    edit(&ada, "tpyo");
    assert_eq!(ada.look("seen.smallTargets(44)"), json!([]));
    let bar = "document.querySelector('.message__editing').innerText.trim()";
    assert_eq!(ada.look(bar), "Editing");
    assert!(!ada.finds("seen.composer().checkVisibility()"));
    // The message stays in sight, above the field, as it was.
    assert!(
        ada.finds("seen.inSight(seen.row('tpyo')) && seen.row('tpyo').matches('.row--edited')")
    );
    let field = ada.look(&format!("{EDITOR}.getBoundingClientRect().toJSON()"));
    assert!(field["width"].as_f64().unwrap() > 240.0, "{field}");
    tap(&ada, ".message__editing button");
    ada.wait("seen.composer().checkVisibility() && seen.composer().value === 'a draft'");
    assert!(ada.finds("seen.row('tpyo') && !document.querySelector('.row--edited')"));

    edit(&ada, "tpyo");
    ada.look(&format!("{EDITOR}.select()"));
    ada.page.insert_text("typo").unwrap();
    tap(&ada, ".message__editor .composer__send");
    ben.sees("typo");
    ada.sees_sent("typo");
    ada.wait("seen.composer().checkVisibility() && seen.composer().value === 'a draft'");
}

#[test]
#[ignore = "needs a browser"]
fn a_drawer_follows_the_finger_and_goes_back_when_the_finger_does() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    let rect = "document.querySelector('.shell__sidebar').getBoundingClientRect()";
    let edge_is = |x: i64| ada.wait(&format!("Math.round({rect}.right) === {x}"));
    let open = "document.querySelector('.shell').dataset.sidebar === 'open'";
    ada.page.put_finger_at((60.0, 400.0)).unwrap();
    ada.page.move_finger((100.0, 402.0)).unwrap();
    ada.page.move_finger((260.0, 406.0)).unwrap();
    edge_is(200);
    assert!(ada.finds(
        "document.querySelector('.shell__sidebar').checkVisibility({ visibilityProperty: true })"
    ));
    ada.page.move_finger((90.0, 406.0)).unwrap();
    edge_is(30);
    ada.page.lift_finger().unwrap();
    ada.look("seen.frame()");
    assert!(!ada.finds(open));
    edge_is(0);

    ada.page.swipe((60.0, 400.0), (160.0, 410.0)).unwrap();
    ada.wait(open);
    ada.wait("document.querySelector('.shell__sidebar').getBoundingClientRect().x === 0");
    let width = ada
        .look(&format!("Math.round({rect}.right)"))
        .as_i64()
        .unwrap();
    ada.page.put_finger_at((250.0, 400.0)).unwrap();
    ada.page.move_finger((200.0, 400.0)).unwrap();
    ada.page.move_finger((150.0, 400.0)).unwrap();
    edge_is(width - 100);
    ada.page.lift_finger().unwrap();
    ada.wait(&format!("!({open})"));

    // The other one comes from the other side.
    ada.page.put_finger_at((300.0, 400.0)).unwrap();
    ada.page.move_finger((250.0, 400.0)).unwrap();
    ada.page.move_finger((200.0, 400.0)).unwrap();
    ada.wait(
        "Math.round(document.querySelector('.shell__people').getBoundingClientRect().left) === 290",
    );
    ada.page.lift_finger().unwrap();
    ada.wait("document.querySelector('.shell').dataset.people === 'open'");
}

/// Presses a message until its actions are there. Lifting the finger chooses none of them.
#[track_caller]
pub fn press_for_long(person: &Person, text: &str) {
    let text = Value::from(text);
    let text = format!("seen.row({text}).querySelector('.message__text')");
    person.holds_still(&text);
    person.page.put_finger_on(&text).unwrap();
    person.wait(SHEET);
    person.page.lift_finger().unwrap();
    person.look("seen.frame().then(seen.frame)");
    assert!(person.finds(SHEET));
}

/// Taps on what can be done with the pressed message.
#[track_caller]
pub fn choose(person: &Person, action: &str) {
    tap_on(person, &format!("seen.named('dialog button', '{action}')"));
}

#[track_caller]
fn edit(person: &Person, text: &str) {
    press_for_long(person, text);
    choose(person, "Edit");
    person.wait(&format!("document.activeElement === {EDITOR}"));
}
