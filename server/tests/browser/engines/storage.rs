//! A browser that may keep nothing.

use super::actions::ActionKey;
use super::visitor::{NAME_FIELD, Visitor};
use super::{BrowserEngine, in_both_engines};
use crate::line::Line;
use crate::stage::Stage;

/// What is said aloud about cookies.
const WORD: &str = "[...document.querySelectorAll('[role=alert]')].some(alert => \
    alert.checkVisibility() && alert.textContent.includes('no cookies'))";

in_both_engines![
    where_cookies_are_forbidden_the_page_says_so_and_what_to_do,
    where_storage_is_forbidden_one_can_talk_and_is_told_what_is_not_kept,
];

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

fn where_storage_is_forbidden_one_can_talk_and_is_told_what_is_not_kept(engine: BrowserEngine) {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = Visitor::who_keeps_cookies(engine, format!("http://{}", line.address));
    ada.go("/");
    ada.come_in("Ada");
    assert!(
        !ada.finds("(() => { try { return localStorage; } catch { return null; } })()"),
        "there is a storage"
    );
    ada.say("well kept by the server");
    ada.sees_sent("well kept by the server");

    line.cut();
    ada.say("waits here only");

    ada.wait("seen.row('waits here only')?.dataset.delivery === 'waiting'");
    ada.wait("document.body.innerText.includes('This browser keeps nothing')");
    line.mend();
    ada.sees_sent("waits here only");
    ada.sees_exactly(&["well kept by the server", "waits here only"]);
    // The session is a cookie, which is kept.
    ada.reload();
    ada.ready();
    ada.sees_exactly(&["well kept by the server", "waits here only"]);
}
