//! A model of a browser's text field, for tests of event orders.

use super::super::{Composition, FieldAction, FieldEvent, FieldKey, InputText, KeyDown};
use crate::state::SendKey;

/// One step of the browser.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// A key goes down.
    Down(KeyDown),
    /// Enter comes up.
    Up,
    /// `compositionstart`.
    Start,
    /// The composition shows this text: `compositionupdate`, `beforeinput`, `input`.
    Shows(&'a str),
    /// `compositionend`, after this text was committed to the field.
    Commits(&'a str),
    /// `input` of the composition after its end, as in Firefox and Safari.
    LateInput,
    /// Text typed without an input method, or replaced in place.
    Types(&'a str),
    /// The default action of the last keydown, unless prevented: a line break with
    /// `beforeinput` and `input`.
    Breaks,
    /// The next task begins; timers of the previous one have fired.
    Task,
}

pub(super) const fn enter() -> KeyDown {
    KeyDown {
        key: FieldKey::Enter,
        shift: false,
        command: false,
        handled: false,
        composing: false,
    }
}

/// Enter inside a composition: 229 and `isComposing`.
pub(super) const fn enter_composing() -> KeyDown {
    KeyDown {
        handled: true,
        composing: true,
        ..enter()
    }
}

/// Enter that an input method has seen, outside of any composition: 229 only.
pub(super) const fn enter_handled() -> KeyDown {
    KeyDown {
        handled: true,
        ..enter()
    }
}

/// Runs the steps in a field that holds `text`. Returns what was sent and what is left in the
/// field.
pub(super) fn run(text: &str, send_key: SendKey, steps: &[Step<'_>]) -> (Vec<String>, String) {
    let mut field = Field {
        machine: Composition::default(),
        send_key,
        committed: text.to_owned(),
        preedit: String::new(),
        sent: Vec::new(),
        waiting: false,
        prevented: false,
    };
    for step in steps {
        field.play(*step);
    }
    field.play(Step::Task);
    (field.sent, field.committed + &field.preedit)
}

struct Field {
    machine: Composition,
    send_key: SendKey,
    committed: String,
    preedit: String,
    sent: Vec<String>,
    waiting: bool,
    prevented: bool,
}

impl Field {
    fn play(&mut self, step: Step<'_>) {
        match step {
            Step::Down(down) => {
                self.prevented = self.on(FieldEvent::KeyDown(down));
                assert!(
                    !(self.prevented && down.composing),
                    "the input method needs its keys"
                );
            }
            Step::Up => {
                self.on(FieldEvent::KeyUp(FieldKey::Enter));
            }
            Step::Start => {
                self.on(FieldEvent::CompositionStart);
            }
            Step::Shows(text) => {
                self.on(FieldEvent::BeforeInput(InputText::Composed));
                text.clone_into(&mut self.preedit);
                self.on(FieldEvent::Input(InputText::Composed));
            }
            Step::Commits(text) => {
                self.preedit.clear();
                self.committed.push_str(text);
                self.on(FieldEvent::CompositionEnd(text));
            }
            Step::LateInput => {
                self.on(FieldEvent::Input(InputText::Composed));
            }
            Step::Types(text) => {
                self.committed.push_str(text);
                self.on(FieldEvent::Input(InputText::Plain(text)));
            }
            Step::Breaks => {
                if !self.prevented && !self.on(FieldEvent::BeforeInput(InputText::LineBreak)) {
                    self.committed.push('\n');
                    self.on(FieldEvent::Input(InputText::LineBreak));
                }
            }
            Step::Task => {
                if std::mem::take(&mut self.waiting) {
                    self.on(FieldEvent::Tick);
                }
            }
        }
    }

    fn on(&mut self, event: FieldEvent<'_>) -> bool {
        let reply = self.machine.on(event, self.send_key);
        match reply.act {
            FieldAction::Send => {
                assert!(
                    self.preedit.is_empty(),
                    "sent inside a composition: {event:?}"
                );
                let text = std::mem::take(&mut self.committed);
                if !text.is_empty() {
                    self.sent.push(text);
                }
            }
            FieldAction::Wait => self.waiting = true,
            FieldAction::Clear => self.committed.clear(),
            FieldAction::Nothing | FieldAction::Key(_) => {}
        }
        reply.prevent
    }
}
