//! Hangul and kana: what the pure rules of composition decide reaches the page.
//!
//! The rules themselves, with the event orders of all browsers, are tested where they
//! are (`frontend/src/components/composer/composition`). Here an input method is at
//! work in Chromium.

use chromium::{Key, Modifiers, Page};

use crate::person::Person;
use crate::stage::Stage;

/// What an input method for Hangul does while someone types `안녕하세요`, up to the
/// last syllable, which is still being composed.
fn compose_hangul(page: &Page) {
    for (steps, syllable) in [
        (&["ㅇ", "아", "안"][..], "안"),
        (&["ㄴ", "녀", "녕"], "녕"),
        (&["ㅎ", "하"], "하"),
        (&["ㅅ", "세"], "세"),
    ] {
        for step in steps {
            page.compose(step).unwrap();
        }
        page.insert_text(syllable).unwrap();
    }
    page.compose("ㅇ").unwrap();
    page.compose("요").unwrap();
}

/// Enter during Hangul, as Chrome on Windows tells it: once as handled by the input
/// method, which then commits the syllable, and once more as itself.
fn enter_twice_told(page: &Page) {
    page.press_into_composition(Key::Enter).unwrap();
    page.insert_text("요").unwrap();
    page.press(Key::Enter, Modifiers::NONE).unwrap();
}

/// The same where the key itself never follows.
fn enter_once_told(page: &Page) {
    page.press_into_composition(Key::Enter).unwrap();
    page.insert_text("요").unwrap();
    page.release(Key::Enter).unwrap();
}

/// `日本`, confirmed with Enter, which belongs to the input method.
fn confirm_kanji(page: &Page) {
    for step in ["に", "にほ", "にほん", "日本"] {
        page.compose(step).unwrap();
    }
    page.press_into_composition(Key::Enter).unwrap();
    page.insert_text("日本").unwrap();
    page.release(Key::Enter).unwrap();
}

#[test]
#[ignore = "needs a browser"]
fn one_enter_sends_hangul_whole_and_once() {
    let stage = Stage::new();
    let ada = stage.person("하나");
    for (enter, count) in [
        (enter_twice_told as fn(&Page), 1),
        (enter_once_told as fn(&Page), 2),
    ] {
        ada.look("seen.composer().focus()");
        compose_hangul(&ada.page);
        assert_eq!(ada.look("seen.composer().value"), "안녕하세요");

        enter(&ada.page);

        // What follows is a message of its own, and nothing of the last one is in it.
        ada.wait(&format!(
            "seen.texts().filter(text => text === '안녕하세요').length === {count}"
        ));
        assert_eq!(ada.look("seen.composer().value"), "");
        ada.say(&format!("그다음 {count}"));
    }
    ada.sees_exactly(&["안녕하세요", "그다음 1", "안녕하세요", "그다음 2"]);
}

#[test]
#[ignore = "needs a browser"]
fn the_enter_that_confirms_a_japanese_candidate_does_not_send() {
    let stage = Stage::new();
    let ada = stage.person("花");
    ada.look("seen.composer().focus()");

    confirm_kanji(&ada.page);
    assert_unsent(&ada, "日本");
    ada.page.insert_text("へ").unwrap();
    assert_unsent(&ada, "日本へ");
    ada.press(Key::Enter);

    ada.sees_sent("日本へ");
    assert_eq!(ada.look("seen.rows().length"), 1);
    assert_eq!(ada.look("seen.composer().value"), "");
}

#[test]
#[ignore = "needs a browser"]
fn the_same_holds_while_a_message_is_edited() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let editor = "document.querySelector('.message__editor textarea')";
    ada.say("first");
    ada.sees_sent("first");
    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {editor}"));
    ada.look(&format!("{editor}.select()"));

    confirm_kanji(&ada.page);
    ada.look("seen.frame()");
    assert_eq!(ada.look(&format!("{editor}.value")), "日本");
    ada.press(Key::Enter);
    ada.sees_sent("日本");

    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {editor}"));
    ada.look(&format!("{editor}.select()"));
    compose_hangul(&ada.page);
    enter_twice_told(&ada.page);
    ada.sees_sent("안녕하세요");
    ada.wait(&format!("!{editor}"));
    assert_eq!(ada.look("seen.rows().length"), 1);
    assert_eq!(ada.look("seen.composer().value"), "");
}

/// After everything that was due in the page has run.
#[track_caller]
fn assert_unsent(person: &Person, written: &str) {
    person.look("seen.frame().then(() => new Promise(done => setTimeout(done, 0)))");
    assert_eq!(person.look("seen.composer().value"), written);
    assert_eq!(person.look("seen.rows().length"), 0);
}
