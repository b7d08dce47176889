//! A browser that may keep nothing.

use super::actions::ActionKey;
use super::visitor::{NAME_FIELD, Visitor};
use super::{BrowserEngine, in_both_engines};
use crate::stage::Stage;

/// What is said aloud about cookies.
const WORD: &str = "[...document.querySelectorAll('[role=alert]')].some(alert => \
    alert.checkVisibility() && alert.textContent.includes('no cookies'))";

in_both_engines![where_cookies_are_forbidden_the_page_says_so_and_what_to_do];

fn where_cookies_are_forbidden_the_page_says_so_and_what_to_do(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = Visitor::who_keeps_nothing(engine, stage.page(""));

    ada.go("/");

    ada.wait(NAME_FIELD);
    ada.wait(WORD);
    ada.keep_picture(&format!("keeps-nothing-{engine:?}"));
    // Who tries it nevertheless is told again, and what was typed stays.
    ada.click_on(NAME_FIELD);
    ada.types("Ada");
    ada.press(ActionKey::Enter);
    ada.settle();
    ada.wait(WORD);
    ada.wait(NAME_FIELD);
}
