//! The page starts, and lets someone in.

use super::actions::ActionKey;
use super::visitor::{NAME_FIELD, Visitor};
use super::{BrowserEngine, in_both_engines};
use crate::stage::Stage;

in_both_engines![
    the_page_starts_and_its_form_can_be_typed_into,
    one_signs_in_by_typing_a_name,
    on_a_phone_the_conversation_has_the_whole_width,
];

fn the_page_starts_and_its_form_can_be_typed_into(engine: BrowserEngine) {
    let stage = Stage::new();
    let visitor = stage.visitor_in(engine);

    visitor.go("/");

    visitor.click_on(NAME_FIELD);
    visitor.types("Ada");
    visitor.wait(&format!("{NAME_FIELD}.value === 'Ada'"));
    visitor.wait("performance.getEntriesByName('first-contentful-paint').length === 1");
    // What was typed stays when the language changes.
    visitor.choose("한국어");
    visitor.wait("document.documentElement.lang === 'ko'");
    assert_eq!(visitor.look(&format!("{NAME_FIELD}.value")), "Ada");
    visitor.keep_picture(&format!("sign-in-{engine:?}"));
}

fn one_signs_in_by_typing_a_name(engine: BrowserEngine) {
    let stage = Stage::new();
    let visitor = stage.visitor_in(engine);
    visitor.go("/");

    visitor.come_in("하나");

    visitor.wait("document.activeElement === seen.composer()");
    visitor.wait("document.body.innerText.includes('하나')");
    assert_eq!(visitor.look("location.pathname"), "/rooms/1");
    // The session outlives the document.
    visitor.reload();
    visitor.ready();
    visitor.wait("document.body.innerText.includes('하나')");
    visitor.keep_picture(&format!("conversation-{engine:?}"));
}

fn on_a_phone_the_conversation_has_the_whole_width(engine: BrowserEngine) {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let ada = Visitor::by_phone(engine, stage.page(""));
    ada.go("/");
    ada.come_in("Ada");
    ada.say("안녕하세요, 좁은 화면에서");
    ada.sees_sent("안녕하세요, 좁은 화면에서");
    assert!(ada.finds("document.activeElement === seen.composer()"));

    let within = "(element => {
        const { left, right, bottom, width } = element.getBoundingClientRect();
        return left >= 0 && right <= innerWidth && bottom <= innerHeight && width > innerWidth / 2;
    })";
    assert!(ada.finds(&format!("{within}(seen.composer())")));
    assert!(ada.finds(&format!("{within}(seen.scroller())")));
    assert!(ada.finds("document.documentElement.scrollWidth <= innerWidth"));
    ada.keep_picture(&format!("phone-{engine:?}"));

    // The rooms lie beside it, one press away.
    assert!(!ada.finds("seen.still(seen.place('lobby'))"));
    ada.choose("Show places");
    ada.choose("Add a room");
    ada.choose("Browse rooms");
    ada.wait("location.pathname === '/rooms'");
    ada.click_on("[...document.querySelectorAll('.directory__open')].find(link => link.textContent.includes('garden'))");
    ada.wait("location.pathname !== '/rooms'");
    ada.choose("Join room");
    ada.ready();
    ada.press(ActionKey::Escape);
    ada.say("in the garden");
    ada.sees_exactly(&["in the garden"]);
}
