//! Without an input method, and the other keys.

use super::super::{Composition, FieldAction, FieldEvent, FieldKey, InputText, KeyDown};
use super::Step::{Breaks, Down, Types, Up};
use super::{enter, run};
use crate::state::SendKey;

#[test]
fn enter_sends_and_a_held_enter_sends_once() {
    let steps = [
        Types("hi"),
        Down(enter()),
        Breaks,
        Down(enter()),
        Breaks,
        Up,
    ];
    let (sent, left) = run("", SendKey::Enter, &steps);
    assert_eq!((sent, left.as_str()), (vec!["hi".to_owned()], ""));
}

#[test]
fn two_messages_in_a_row_are_two() {
    let steps = [
        Types("one"),
        Down(enter()),
        Up,
        Types("two"),
        Down(enter()),
        Up,
    ];
    let (sent, _) = run("", SendKey::Enter, &steps);
    assert_eq!(sent, ["one", "two"]);
}

#[test]
fn a_lost_keyup_does_not_swallow_the_next_message() {
    let steps = [Types("one"), Down(enter()), Types("two"), Down(enter())];
    let (sent, _) = run("", SendKey::Enter, &steps);
    assert_eq!(sent, ["one", "two"]);
}

#[test]
fn shift_and_enter_break_the_line() {
    let shift = KeyDown {
        shift: true,
        ..enter()
    };
    let (sent, left) = run("", SendKey::Enter, &[Types("a"), Down(shift), Breaks, Up]);
    assert!(sent.is_empty());
    assert_eq!(left, "a\n");
}

#[test]
fn a_line_break_without_a_key_stays() {
    let mut machine = Composition::default();
    let reply = machine.on(
        FieldEvent::BeforeInput(InputText::LineBreak),
        SendKey::Enter,
    );
    assert_eq!((reply.act, reply.prevent), (FieldAction::Nothing, false));
}

#[test]
fn escape_and_up_are_handled_only_outside_of_a_composition() {
    for key in [FieldKey::Escape, FieldKey::Up] {
        let down = KeyDown { key, ..enter() };
        let mut machine = Composition::default();
        let act = |machine: &mut Composition, down| {
            machine.on(FieldEvent::KeyDown(down), SendKey::Enter).act
        };
        assert_eq!(act(&mut machine, down), FieldAction::Key(key));
        let handled = KeyDown {
            handled: true,
            ..down
        };
        assert_eq!(act(&mut machine, handled), FieldAction::Nothing);
        machine.on(FieldEvent::CompositionStart, SendKey::Enter);
        assert_eq!(act(&mut machine, down), FieldAction::Nothing);
    }
}

#[test]
fn enter_is_recognised_by_its_code_if_an_input_method_hides_its_key() {
    assert_eq!(FieldKey::read("Process", "Enter"), FieldKey::Enter);
    assert_eq!(FieldKey::read("Process", "NumpadEnter"), FieldKey::Enter);
    assert_eq!(FieldKey::read("Process", "KeyA"), FieldKey::Other);
}
