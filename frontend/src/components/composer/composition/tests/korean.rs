//! Hangul: the Enter that ends the composition sends.

use super::Step::{Breaks, Commits, Down, LateInput, Shows, Start, Task, Types, Up};
use super::{Step, enter, enter_composing, enter_handled, run};
use crate::state::SendKey;

/// (who, source, events of one press while 요 is being composed).
type Case = (&'static str, &'static str, &'static [Step<'static>]);

const CASES: &[Case] = &[
    (
        "Chrome on Windows: a second, plain keydown in a later task",
        "contenteditable.realerror.com/cases/ce-0210-ime-keydown-keycode-229-enter-chrome",
        &[
            Down(enter_composing()),
            Commits("요"),
            Task,
            Down(enter()),
            Breaks,
            Up,
        ],
    ),
    (
        "Chrome: both keydowns in one task",
        "github.com/TypeCellOS/BlockNote/pull/1034",
        &[
            Down(enter_composing()),
            Commits("요"),
            Down(enter()),
            Breaks,
            Up,
        ],
    ),
    (
        "Chrome on macOS: the line break comes without a second keydown",
        "github.com/openai/chatkit-js/issues/213",
        &[Down(enter_composing()), Commits("요"), Breaks, Task, Up],
    ),
    (
        "Firefox on Windows: compositionend, input, then keydown, keypress, keyup",
        "github.com/w3c/uievents/issues/202 (comment of 2018-08-02)",
        &[
            Down(enter_composing()),
            Commits("요"),
            LateInput,
            Down(enter()),
            Breaks,
            Up,
        ],
    ),
    (
        "Firefox on macOS: only keypress follows",
        "github.com/w3c/uievents/issues/202 (comment of 2018-08-02)",
        &[
            Down(enter_composing()),
            Commits("요"),
            LateInput,
            Breaks,
            Up,
        ],
    ),
    (
        "Firefox under load: compositionend twice",
        "contenteditable.realerror.com/cases/ce-0222-korean-ime-firefox-order",
        &[
            Down(enter_composing()),
            Commits("요"),
            Commits(""),
            LateInput,
            Down(enter()),
            Breaks,
            Up,
        ],
    ),
    (
        "an input method that hands over nothing more of the press",
        "github.com/w3c/uievents/issues/202 (not every system dispatches again)",
        &[Down(enter_composing()), Commits("요"), Task, Up],
    ),
    (
        "the same, and the key comes up before the next task",
        "github.com/w3c/uievents/issues/202 (not every system dispatches again)",
        &[Down(enter_composing()), Commits("요"), Up, Task],
    ),
    (
        "Safari: the keydown comes after the end, with 229 and not composing",
        "WebKit bug 165004; github.com/mdn/browser-compat-data/pull/30009",
        &[Commits("요"), LateInput, Down(enter_handled()), Breaks, Up],
    ),
    (
        "Safari with the corrected order: keydown first",
        "WebKit bug 311717; github.com/WebKit/WebKit/pull/62264",
        &[
            Down(enter_composing()),
            Commits("요"),
            LateInput,
            Breaks,
            Up,
        ],
    ),
    (
        "an engine that ends the composition and then sends a plain keydown only",
        "w3c.github.io/uievents/#events-composition-key-events",
        &[Commits("요"), Down(enter()), Breaks, Up],
    ),
];

#[test]
fn one_enter_sends_the_whole_text_once_with_its_last_syllable() {
    for (who, source, press) in CASES {
        let mut steps = vec![Start, Shows("ㅇ"), Shows("요")];
        steps.extend_from_slice(press);
        let (sent, left) = run("안녕하세", SendKey::Enter, &steps);
        assert_eq!(sent, ["안녕하세요"], "{who} ({source})");
        assert_eq!(left, "", "{who} ({source})");
    }
}

#[test]
fn the_next_message_is_a_message_of_its_own() {
    for (who, source, press) in CASES {
        let mut steps = vec![Start, Shows("요")];
        steps.extend_from_slice(press);
        steps.extend([Start, Shows("네")]);
        steps.extend([
            Down(enter_composing()),
            Commits("네"),
            Task,
            Down(enter()),
            Breaks,
            Up,
        ]);
        let (sent, left) = run("안녕하세", SendKey::Enter, &steps);
        assert_eq!(sent, ["안녕하세요", "네"], "{who} ({source})");
        assert_eq!(left, "", "{who} ({source})");
    }
}

/// WebKit composes Hangul without composition events, by replacing the syllable:
/// github.com/xtermjs/xterm.js/pull/5704, github.com/stablyai/orca/pull/15218.
#[test]
fn webkit_composing_in_place_sends_once_and_lets_the_line_break_reset_the_syllable() {
    for press in [
        [Down(enter()), Breaks, Up],
        [Down(enter_handled()), Breaks, Up],
    ] {
        let mut steps = vec![Types("요")];
        steps.extend(press);
        let (sent, left) = run("안녕하세", SendKey::Enter, &steps);
        assert_eq!((sent, left.as_str()), (vec!["안녕하세요".to_owned()], ""));
    }
}

#[test]
fn typing_on_before_the_next_task_sends_what_stood_there() {
    let steps = [
        Start,
        Shows("요"),
        Down(enter_composing()),
        Commits("요"),
        Down(super::super::KeyDown {
            key: super::super::FieldKey::Other,
            ..enter_handled()
        }),
        Start,
        Shows("ㄴ"),
    ];
    let (sent, left) = run("안녕하세", SendKey::Enter, &steps);
    assert_eq!(sent, ["안녕하세요"]);
    assert_eq!(left, "ㄴ");
}

#[test]
fn shift_and_enter_break_the_line_once() {
    let shift_composing = super::super::KeyDown {
        shift: true,
        ..enter_composing()
    };
    let shift = super::super::KeyDown {
        shift: true,
        ..enter()
    };
    for press in [
        vec![
            Down(shift_composing),
            Commits("요"),
            Task,
            Down(shift),
            Breaks,
            Up,
        ],
        vec![Down(shift_composing), Commits("요"), Breaks, Up],
    ] {
        let mut steps = vec![Start, Shows("요")];
        steps.extend(press);
        let (sent, left) = run("안녕하세", SendKey::Enter, &steps);
        assert!(sent.is_empty());
        assert_eq!(left, "안녕하세요\n");
    }
}

/// A Hanja candidate is selected like a kanji: github.com/emilk/egui/pull/7967.
#[test]
fn the_enter_that_picks_a_hanja_does_not_send() {
    let steps = [
        Start,
        Shows("한자"),
        Down(enter_composing()),
        Commits("漢字"),
        Task,
        Up,
    ];
    let (sent, left) = run("", SendKey::Enter, &steps);
    assert!(sent.is_empty());
    assert_eq!(left, "漢字");
}

#[test]
fn with_the_other_send_key_enter_breaks_and_the_command_sends() {
    let steps = [
        Start,
        Shows("요"),
        Down(enter_composing()),
        Commits("요"),
        Task,
        Down(enter()),
        Breaks,
        Up,
    ];
    let (sent, left) = run("안녕하세", SendKey::ModEnter, &steps);
    assert!(sent.is_empty());
    assert_eq!(left, "안녕하세요\n");

    let command = |down| super::super::KeyDown {
        command: true,
        ..down
    };
    let steps = [
        Start,
        Shows("요"),
        Down(command(enter_composing())),
        Commits("요"),
        Task,
        Down(command(enter())),
        Up,
    ];
    let (sent, left) = run("안녕하세", SendKey::ModEnter, &steps);
    assert_eq!((sent, left.as_str()), (vec!["안녕하세요".to_owned()], ""));
}
