//! Kana and Han: the Enter that ends the composition selects a candidate.

use super::Step::{Breaks, Commits, Down, LateInput, Shows, Start, Task, Up};
use super::{Step, enter, enter_composing, enter_handled, run};
use crate::state::SendKey;

type Case = (&'static str, &'static str, &'static [Step<'static>]);

/// The press that confirms 日本.
const CASES: &[Case] = &[
    (
        "Chrome: keydown, then the end; nothing else of that press",
        "developer.mozilla.org/docs/Web/API/Element/keydown_event; w3c.github.io/uievents/#events-composition-key-events",
        &[Down(enter_composing()), Commits("日本"), Task, Up],
    ),
    (
        "Firefox from 65 on: keydown, end, input, keyup",
        "github.com/threema-ch/threema-web/pull/879; github.com/w3c/uievents/issues/202",
        &[Down(enter_composing()), Commits("日本"), LateInput, Up],
    ),
    (
        "Firefox before 65: no key events inside a composition",
        "Firefox bug 354358, by developer.mozilla.org/docs/Web/API/Element/keydown_event",
        &[Commits("日本"), LateInput, Task],
    ),
    (
        "Safari: the end, then keydown 229 that is not composing",
        "WebKit bug 165004; github.com/threema-ch/threema-web/pull/879",
        &[Commits("日本"), LateInput, Down(enter_handled()), Up],
    ),
    (
        "Safari: the same in a later task",
        "WebKit bug 165004; github.com/nearai/ironclaw/pull/1140",
        &[Commits("日本"), Task, Down(enter_handled()), Up],
    ),
    (
        "Safari with the corrected order",
        "WebKit bug 311717; github.com/WebKit/WebKit/pull/62264",
        &[Down(enter_composing()), Commits("日本"), LateInput, Up],
    ),
];

#[test]
fn the_enter_that_confirms_a_candidate_never_sends() {
    for (who, source, press) in CASES {
        let mut steps = vec![Start, Shows("にほん"), Shows("日本")];
        steps.extend_from_slice(press);
        let (sent, left) = run("こんにちは、", SendKey::Enter, &steps);
        assert!(sent.is_empty(), "{who} ({source})");
        assert_eq!(left, "こんにちは、日本", "{who} ({source})");
    }
}

#[test]
fn the_next_enter_sends_everything_once() {
    for (who, source, press) in CASES {
        let mut steps = vec![Start, Shows("日本")];
        steps.extend_from_slice(press);
        steps.extend([Task, Down(enter()), Breaks, Up]);
        let (sent, left) = run("こんにちは、", SendKey::Enter, &steps);
        assert_eq!(sent, ["こんにちは、日本"], "{who} ({source})");
        assert_eq!(left, "", "{who} ({source})");
    }
}

#[test]
fn two_clauses_confirmed_one_after_the_other_do_not_send() {
    let steps = [
        Start,
        Shows("東京"),
        Down(enter_composing()),
        Shows("東京"),
        Up,
        Down(enter_composing()),
        Commits("東京"),
        Up,
    ];
    let (sent, left) = run("", SendKey::Enter, &steps);
    assert!(sent.is_empty());
    assert_eq!(left, "東京");
}

/// Pinyin: Enter commits the Latin letters as they are.
#[test]
fn an_enter_that_commits_raw_letters_does_not_send() {
    let steps = [
        Start,
        Shows("ni hao"),
        Down(enter_composing()),
        Commits("nihao"),
        Task,
        Up,
    ];
    let (sent, left) = run("", SendKey::Enter, &steps);
    assert!(sent.is_empty());
    assert_eq!(left, "nihao");
}

/// Telex and other input methods that do not consume the Enter, like Korean ones: the line
/// break or the second keydown shows it.
#[test]
fn an_enter_that_is_passed_on_sends_whatever_was_composed() {
    for press in [
        vec![Down(enter_composing()), Commits("chào"), Breaks, Up],
        vec![
            Down(enter_composing()),
            Commits("chào"),
            Task,
            Down(enter()),
            Breaks,
            Up,
        ],
    ] {
        let mut steps = vec![Start, Shows("chào")];
        steps.extend(press);
        let (sent, left) = run("xin ", SendKey::Enter, &steps);
        assert_eq!((sent, left.as_str()), (vec!["xin chào".to_owned()], ""));
    }
}
