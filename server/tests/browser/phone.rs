//! A phone in one hand.

use chromium::Key;

use crate::history::long;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;

/// The least height and width of what is pressed with a finger, in pixels.
const LEAST: u32 = 44;
const EDITOR: &str = "document.querySelector('.message__editor textarea')";
const SIDEBAR_OPEN: &str = "document.querySelector('.shell').dataset.sidebar === 'open'";

pub fn by_phone() -> Looks {
    Looks {
        screen: PHONE,
        ..Looks::default()
    }
}

#[test]
#[ignore = "needs a browser"]
fn the_conversation_has_the_whole_screen_and_the_composer_is_in_it() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(100));
    let ada = stage.person_like("Ada", by_phone());
    ada.sees_place(100);
    ada.wait("seen.atEnd()");

    let main = ada.look("document.querySelector('.shell__main').getBoundingClientRect().toJSON()");
    assert_eq!((&main["x"], &main["width"]), (&0.into(), &390.into()));
    let composer = ada.look("seen.composer().getBoundingClientRect().toJSON()");
    assert!(composer["bottom"].as_f64().unwrap() <= 844.0, "{composer}");
    assert!(composer["width"].as_f64().unwrap() > 200.0, "{composer}");
    for pane in [".shell__sidebar", ".shell__people"] {
        assert!(
            !ada.finds(&format!(
                "document.querySelector('{pane}').checkVisibility({{ visibilityProperty: true }})"
            )),
            "{pane}"
        );
    }
    assert_no_sideways(&ada);

    // When the keyboard takes half of the screen, the composer and the last line stay.
    let with_keyboard = chromium::Screen {
        height: 420,
        ..PHONE
    };
    ada.page.set_screen(with_keyboard).unwrap();
    ada.wait("innerHeight === 420 && seen.composer().getBoundingClientRect().bottom <= 420");
    ada.wait("seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn the_sidebar_opens_by_a_button_and_by_a_swipe() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    let garden = stage.run(maker.create_room("garden"));
    let ada = stage.person_like("Ada", by_phone());
    stage.run(maker.add_members(garden, &[ada.user()]));

    tap(&ada, "button.conversation__back");
    ada.wait(SIDEBAR_OPEN);
    ada.wait("seen.place('garden')?.checkVisibility({ visibilityProperty: true })");
    assert_no_sideways(&ada);
    // A room closes it.
    tap_on(&ada, "seen.place('garden')");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    ada.wait(&format!("!({SIDEBAR_OPEN})"));
    // The browser's Back leads to the room before, not out of the page.
    ada.look("history.back()");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'lobby'");

    ada.page.swipe((60.0, 400.0), (300.0, 410.0)).unwrap();
    ada.wait(SIDEBAR_OPEN);
    ada.page.swipe((300.0, 400.0), (60.0, 410.0)).unwrap();
    ada.wait(&format!("!({SIDEBAR_OPEN})"));
    // Scrolling is no swipe.
    ada.page.swipe((200.0, 600.0), (240.0, 200.0)).unwrap();
    ada.look("seen.frame()");
    assert!(!ada.finds(SIDEBAR_OPEN));

    // Beside it one gets back.
    tap(&ada, "button.conversation__back");
    ada.wait(SIDEBAR_OPEN);
    ada.page.swipe((380.0, 600.0), (380.0, 600.0)).unwrap();
    ada.wait(&format!("!({SIDEBAR_OPEN})"));
}

#[test]
#[ignore = "needs a browser"]
fn everything_that_is_pressed_is_large_enough_for_a_finger() {
    let stage = Stage::new();
    let visitor = stage.visitor(by_phone());
    visitor.go("/");
    visitor.wait("document.querySelector('form.card input#name')");
    assert_large_enough(&visitor, "signing in");
    visitor.come_in("Ada");
    let ada = visitor;
    ada.say("hello");
    ada.sees_sent("hello");
    assert_large_enough(&ada, "the conversation");

    tap(&ada, "button.conversation__back");
    ada.wait(SIDEBAR_OPEN);
    assert_large_enough(&ada, "the sidebar");
    tap_on(&ada, "seen.named('button', 'Settings')");
    ada.wait("document.querySelector('dialog[open]')");
    assert_large_enough(&ada, "the settings");
    tap_on(&ada, "seen.named('dialog button', 'Close')");
    tap(&ada, "[popovertarget=add-room]");
    tap(&ada, "#add-room .menu__item");
    ada.wait("document.querySelector('dialog[open] #room-name')");
    assert_large_enough(&ada, "a new room");
    tap_on(&ada, "seen.named('dialog button', 'Close')");
    ada.page.swipe((380.0, 600.0), (380.0, 600.0)).unwrap();
    ada.wait(&format!("!({SIDEBAR_OPEN})"));
    tap(&ada, ".conversation__people");
    ada.wait("document.querySelector('.shell').dataset.people === 'open'");
    assert_large_enough(&ada, "the people");
}

#[test]
#[ignore = "needs a browser"]
fn with_a_keyboard_at_the_phone_editing_leads_back_to_the_composer() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    ada.say("first");
    ada.say("secnod");
    ada.sees_sent("secnod");
    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {EDITOR}"));
    ada.press(Key::Escape);
    ada.wait("document.activeElement === seen.composer()");

    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {EDITOR}"));
    ada.look(&format!("{EDITOR}.select()"));
    ada.page.insert_text("second").unwrap();
    ada.press(Key::Enter);
    ada.sees_sent("second");
    ada.wait("document.activeElement === seen.composer()");
    ada.page.insert_text("each letter is a letter").unwrap();
    assert_eq!(ada.look("seen.composer().value"), "each letter is a letter");
}

#[test]
#[ignore = "needs a browser"]
fn a_dot_on_the_icon_says_that_another_room_is_unread() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    stage.run(ben.add_members(garden, &[ada.user()]));
    stage.run(ben.post(garden, "look"));
    ada.wait("document.querySelector('.conversation__back').matches('[data-unread]')");
    // It stands on the corner of the icon, cut out of it by a ring of paper.
    let dot = ada.look(
        "(() => {
            const button = document.querySelector('.conversation__back');
            const box = button.getBoundingClientRect();
            const icon = button.querySelector('svg').getBoundingClientRect();
            const style = getComputedStyle(button, '::after');
            const [x, y] = [style.left, style.top].map(parseFloat);
            const [width, height] = [style.width, style.height].map(parseFloat);
            const [middle, center] = [box.x + x + width / 2, box.y + y + height / 2];
            return [style.outlineWidth, middle > icon.x + icon.width / 2 && middle < icon.right,
                center > icon.y && center < icon.y + icon.height / 2];
        })()",
    );
    assert_eq!(dot, serde_json::json!(["2px", true, true]));
}

#[test]
#[ignore = "needs a browser"]
fn back_closes_what_is_on_top_first() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_phone());
    ada.wait("document.activeElement.matches('main')");
    tap(&ada, "button.conversation__back");
    ada.wait(SIDEBAR_OPEN);
    tap_on(&ada, "seen.named('button', 'Settings')");
    ada.wait("document.querySelector('dialog[open]')");
    ada.look("history.back()");
    ada.wait("!document.querySelector('dialog[open]')");
    ada.look("seen.frame().then(seen.frame)");
    assert!(ada.finds(SIDEBAR_OPEN));
    ada.look("history.back()");
    ada.wait(&format!("!({SIDEBAR_OPEN})"));

    // What was closed by other means leaves nothing behind for Back.
    tap(&ada, "button.conversation__back");
    ada.wait(SIDEBAR_OPEN);
    tap(&ada, "[popovertarget=add-room]");
    tap(&ada, "#add-room .menu__item");
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.page.insert_text("garden").unwrap();
    ada.press(Key::Enter);
    let name = "document.querySelector('.conversation__name')?.textContent";
    ada.wait(&format!("{name} === 'garden' && !({SIDEBAR_OPEN})"));
    ada.wait("document.activeElement.matches('main')");
    ada.look("history.back()");
    ada.wait(&format!("{name} === 'lobby' && !({SIDEBAR_OPEN})"));
}

#[test]
#[ignore = "needs a browser"]
fn on_a_narrow_phone_the_notice_of_a_lost_line_can_be_read_and_pressed() {
    let mut stage = Stage::new();
    let ada = stage.person_like("Ada", by_narrow_phone());
    ada.expect_lost_line();
    stage.kill();
    ada.wait("document.querySelector('.offline')");
    ada.say("this waits");
    ada.wait("seen.row('this waits')?.dataset.delivery === 'waiting'");
    let parts = "[...document.querySelectorAll('.offline :is(p, small, button)')]";
    ada.wait(&format!("{parts}.length === 4"));
    ada.wait(&format!(
        "{parts}.every(part => part.checkVisibility() && part.scrollWidth <= Math.max(part.clientWidth,
            part.offsetWidth) && part.getBoundingClientRect().right <= innerWidth)"
    ));
    ada.wait(&format!(
        "JSON.stringify(seen.smallTargets({LEAST})) === '[]'"
    ));
    // The composer stays in sight below.
    ada.wait("seen.composer().getBoundingClientRect().bottom <= innerHeight && seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn on_a_narrow_phone_a_long_name_is_shown_whole() {
    let stage = Stage::new();
    let ada = stage.person_like("Ada", by_narrow_phone());
    // Two of one name, who are told apart by their numbers.
    let mut long = stage.guest("Maximilian Schumann");
    let mut same = stage.guest("Maximilian Schumann");
    stage.run(same.post(shared::id::RoomId::LOBBY, "hello"));
    stage.run(long.post(shared::id::RoomId::LOBBY, "good evening"));
    ada.sees("good evening");
    let head = "seen.row('good evening').querySelector('.message__head')";
    ada.wait(&format!("{head}.querySelector('.number')"));
    ada.wait(&format!(
        "[...{head}.children].every(part => part.scrollWidth <= part.offsetWidth
            && part.getBoundingClientRect().right <= innerWidth && part.offsetHeight > 0)"
    ));
}

pub fn by_narrow_phone() -> Looks {
    Looks {
        screen: chromium::Screen {
            width: 360,
            height: 740,
            ..PHONE
        },
        ..Looks::default()
    }
}

#[track_caller]
pub fn tap(person: &Person, selector: &str) {
    tap_on(person, &format!("document.querySelector('{selector}')"));
}

#[track_caller]
pub fn tap_on(person: &Person, element: &str) {
    person.holds_still(element);
    person.page.tap_on(element).unwrap();
}

#[track_caller]
pub fn assert_large_enough(person: &Person, what: &str) {
    let small = person.look(&format!("seen.smallTargets({LEAST})"));
    assert_eq!(small, serde_json::json!([]), "too small in {what}");
    assert_no_sideways(person);
}

#[track_caller]
fn assert_no_sideways(person: &Person) {
    let width = person.look("document.scrollingElement.scrollWidth");
    assert_eq!(width, 390, "the page scrolls sideways");
}
