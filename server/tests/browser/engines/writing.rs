//! Hangul and kana. What the tests in `composition` beside this folder say of Chromium.

use super::actions::ActionKey;
use super::input_method::EnterIs;
use super::visitor::Visitor;
use super::{BrowserEngine, in_both_engines};
use crate::stage::Stage;

in_both_engines![
    one_enter_sends_hangul_whole_and_once,
    the_enter_that_confirms_a_japanese_candidate_does_not_send,
    the_same_holds_while_a_message_is_edited,
];

fn one_enter_sends_hangul_whole_and_once(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "하나");
    let ways: &[fn(&Visitor)] = match engine {
        BrowserEngine::Firefox => &[
            |ada| ada.ends_composition(EnterIs::HandedOn),
            |ada| ada.ends_composition(EnterIs::Taken),
        ],
        BrowserEngine::WebKit => &[enter_as_in_safari],
    };
    let mut expected = Vec::new();
    for enter in ways {
        ada.write("안녕하세");
        if engine == BrowserEngine::Firefox {
            ada.composes(&["ㅇ", "요"]);
        }

        enter(&ada);

        expected.push("안녕하세요");
        ada.sees_exactly(&expected);
        // What follows is a message of its own, and nothing of the last one is in it.
        ada.settle();
        assert_eq!(ada.look("seen.composer().value"), "");
        ada.say("그다음");
        expected.push("그다음");
        ada.sees_exactly(&expected);
    }
    ada.sees_sent("그다음");
}

/// 요 is composed and Enter ends it, in the order of Safari on macOS (WebKit bug 165004): the
/// keydown comes after the end, with 229 and not composing. These events are the test's own, as
/// nothing here types Hangul into WebKit: an input method for it would need a desktop.
fn enter_as_in_safari(person: &Visitor) {
    person.look(
        "(() => {
            const field = seen.composer(), before = field.value;
            const tell = event => field.dispatchEvent(event);
            const options = { bubbles: true, cancelable: true };
            const composition = (type, data) => tell(new CompositionEvent(type, { ...options, data }));
            const text = (inputType, data, isComposing) => {
                const all = { ...options, inputType, data, isComposing };
                tell(new InputEvent('beforeinput', all));
                field.value = before + data;
                tell(new InputEvent('input', all));
            };
            const key = (type, keyCode) =>
                tell(new KeyboardEvent(type, { ...options, key: 'Enter', code: 'Enter', keyCode }));
            composition('compositionstart', '');
            for (const step of ['ㅇ', '요']) {
                composition('compositionupdate', step);
                text('insertCompositionText', step, true);
            }
            text('deleteCompositionText', '', true);
            text('insertFromComposition', '요', true);
            composition('compositionend', '요');
            key('keydown', 229);
            key('keyup', 13);
        })()",
    );
}

fn the_enter_that_confirms_a_japanese_candidate_does_not_send(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "花");
    ada.click_on("seen.composer()");

    ada.composes(&["に", "にほん", "日"]);
    ada.ends_composition(EnterIs::Taken);

    assert_unsent(&ada, "日");
    ada.types("へ");
    assert_unsent(&ada, "日へ");
    ada.press(ActionKey::Enter);
    ada.sees_sent("日へ");
    assert_eq!(ada.look("seen.rows().length"), 1);
    assert_eq!(ada.look("seen.composer().value"), "");
}

fn the_same_holds_while_a_message_is_edited(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    ada.say("first");
    ada.sees_sent("first");
    ada.press(ActionKey::Up);
    ada.wait("document.activeElement.value === 'first'");

    ada.composes(&["に", "日"]);
    ada.ends_composition(EnterIs::Taken);
    ada.wait("document.activeElement.value === 'first日'");
    ada.settle();
    assert!(ada.finds("seen.row('first') || !seen.row('first日')"));
    ada.press(ActionKey::Enter);

    ada.sees_sent("first日");
    assert_eq!(ada.look("seen.rows().length"), 1);
    assert_eq!(ada.look("seen.composer().value"), "");
}

/// After everything that was due in the page has run.
#[track_caller]
fn assert_unsent(person: &Visitor, written: &str) {
    person.look("seen.frame().then(() => new Promise(done => setTimeout(done, 0)))");
    assert_eq!(person.look("seen.composer().value"), written);
    assert_eq!(person.look("seen.rows().length"), 0);
}
