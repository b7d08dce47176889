//! What Enter means while an input method composes text: one pure state machine for every
//! text field with an Enter action.
//!
//! Some input methods *consume* the Enter that ends a composition, others do not. A Japanese
//! or Chinese one does: that Enter selects a candidate and must not send. A Korean one does
//! not: Enter commits the last syllable and is still an Enter. One press must then send once,
//! with that syllable. Browsers differ in the events of that one press:
//!
//! - Chrome, and Firefox on Windows: keydown (229, composing), compositionend, then
//!   a second, plain keydown; Firefox on macOS: no second keydown, only a keypress
//!   (w3c/uievents issue 202).
//! - Safari ends the composition *before* the keydown, which then says 229 but not
//!   `isComposing` (WebKit bug 165004); newer versions of it may turn this round
//!   (WebKit bug 311717). For Hangul it may compose without any composition event,
//!   by replacing text in place (xtermjs/xterm.js pull request 5704).
//!
//! So the machine uses no clocks and no user agents. It waits for the end of the composition,
//! looks at what was composed, and treats all further events of the same press as one press.

mod hangul;
#[cfg(test)]
mod tests;

pub use hangul::ends_in_hangul;

use shared::text::contains;

use crate::state::SendKey;

/// The keys that a text field handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKey {
    /// Either Enter key, by `key` or, if an input method hides it, by `code`.
    Enter,
    /// Escape.
    Escape,
    /// Arrow up.
    Up,
    /// Any other.
    Other,
}

impl FieldKey {
    /// Reads `KeyboardEvent.key` and `.code`. In Chrome on Windows and in Firefox, `key` is
    /// `Process` for every key that an input method has seen; `code` is still right.
    pub fn read(key: &str, code: &str) -> Self {
        match (key, code) {
            ("Enter", _) | ("Process" | "Unidentified", "Enter" | "NumpadEnter") => FieldKey::Enter,
            ("Escape" | "Esc", _) => FieldKey::Escape,
            ("ArrowUp", _) => FieldKey::Up,
            _ => FieldKey::Other,
        }
    }
}

/// A key going down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one attribute of the event"
)]
pub struct KeyDown {
    /// The key.
    pub key: FieldKey,
    /// Shift or Alt is held.
    pub shift: bool,
    /// Ctrl or Cmd is held.
    pub command: bool,
    /// `keyCode` is 229: an input method has handled it (UI Events, legacy key codes).
    pub handled: bool,
    /// `KeyboardEvent.isComposing`.
    pub composing: bool,
}

/// How text is inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputText<'a> {
    /// `insertLineBreak` or `insertParagraph`.
    LineBreak,
    /// `insertCompositionText`, `insertFromComposition`, `deleteCompositionText` and the like.
    Composed,
    /// Anything else, with the event's `data`.
    Plain(&'a str),
}

impl<'a> InputText<'a> {
    /// Reads `InputEvent.inputType` and `.data`.
    pub fn read(input_type: &str, data: &'a str) -> Self {
        match input_type {
            "insertLineBreak" | "insertParagraph" => InputText::LineBreak,
            kind if contains(kind, "Composition") => InputText::Composed,
            _ => InputText::Plain(data),
        }
    }
}

/// A DOM event of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldEvent<'a> {
    /// `keydown`.
    KeyDown(KeyDown),
    /// `keyup`.
    KeyUp(FieldKey),
    /// `compositionstart`.
    CompositionStart,
    /// `compositionend`, with what was composed.
    CompositionEnd(&'a str),
    /// `beforeinput`.
    BeforeInput(InputText<'a>),
    /// `input`.
    Input(InputText<'a>),
    /// The next task, after [`FieldAction::Wait`].
    Tick,
    /// The field lost the focus.
    Blur,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAction {
    /// Nothing; the browser's default action happens.
    Nothing,
    /// Send the text of the field.
    Send,
    /// Call again with [`FieldEvent::Tick`] in the next task.
    Wait,
    /// Empty the field again: the line break of the Enter that sent was inserted.
    Clear,
    /// Escape or arrow up, not used by the input method.
    Key(FieldKey),
}

/// The machine's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldReply {
    /// What to do.
    pub act: FieldAction,
    /// Whether to prevent the event's default action.
    pub prevent: bool,
}

/// The state of the current press of Enter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PressPhase {
    /// No press.
    #[default]
    Idle,
    /// A sending Enter was pressed inside a composition; the composed text decides.
    Confirming,
    /// That composition ended, and it was not Hangul: the Enter was consumed, unless the browser
    /// still inserts a line break.
    Confirmed,
    /// That composition ended in Hangul: send as soon as the events of the press are over.
    Due,
    /// A composition ended without an Enter; in Safari it may follow.
    Ended { hangul: bool },
    /// An Enter outside of any composition that an input method has seen: it counts if the
    /// browser inserts a line break.
    Unsure,
    /// Sent, but the line break is allowed and has to be removed afterwards.
    Through,
    /// This press has sent; its further events are prevented.
    Spent,
}

/// The machine: feed it every event of one text field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Composition {
    composing: bool,
    /// The last text was Hangul without composition events, as in WebKit.
    hangul_in_place: bool,
    phase: PressPhase,
}

const NOTHING: FieldReply = FieldReply {
    act: FieldAction::Nothing,
    prevent: false,
};
const SWALLOW: FieldReply = FieldReply {
    act: FieldAction::Nothing,
    prevent: true,
};
const SEND: FieldReply = FieldReply {
    act: FieldAction::Send,
    prevent: true,
};

impl Composition {
    /// Takes one event and says what to do about it.
    pub fn on(&mut self, event: FieldEvent<'_>, send_key: SendKey) -> FieldReply {
        match event {
            FieldEvent::KeyDown(down) if down.key == FieldKey::Enter => self.enter(down, send_key),
            FieldEvent::KeyDown(down) => self.other_key(down),
            FieldEvent::KeyUp(FieldKey::Enter) => {
                // The press is over, except for a send that is due and an expected line break.
                if !matches!(self.phase, PressPhase::Due | PressPhase::Through) {
                    self.phase = PressPhase::Idle;
                }
                NOTHING
            }
            FieldEvent::CompositionStart => {
                self.composing = true;
                self.hangul_in_place = false;
                self.settle()
            }
            FieldEvent::CompositionEnd(data) => self.ended(ends_in_hangul(data)),
            FieldEvent::BeforeInput(InputText::LineBreak) => self.line_break(),
            FieldEvent::KeyUp(_) | FieldEvent::BeforeInput(_) => NOTHING,
            FieldEvent::Input(text) => self.input(text),
            FieldEvent::Tick => self.due_send(),
            FieldEvent::Blur => {
                self.composing = false;
                self.settle()
            }
        }
    }

    /// Whether a composition is active: the field must not be changed.
    pub fn is_composing(&self) -> bool {
        self.composing
    }

    fn enter(&mut self, down: KeyDown, send_key: SendKey) -> FieldReply {
        let sends = match send_key {
            SendKey::Enter => !down.shift,
            SendKey::ModEnter => down.command,
        };
        if down.composing || self.composing {
            // Never prevented: the input method needs the key.
            self.phase = if sends {
                PressPhase::Confirming
            } else {
                PressPhase::Idle
            };
            return NOTHING;
        }
        match self.phase {
            PressPhase::Due | PressPhase::Spent if !sends => self.settle(),
            PressPhase::Due => self.send(),
            PressPhase::Spent => SWALLOW,
            _ if !sends => {
                self.phase = PressPhase::Idle;
                NOTHING
            }
            PressPhase::Ended { hangul: true } if down.handled => self.send(),
            PressPhase::Ended { hangul: false } if down.handled => {
                self.phase = PressPhase::Confirmed;
                NOTHING
            }
            _ if down.handled => {
                self.phase = PressPhase::Unsure;
                NOTHING
            }
            _ if self.hangul_in_place => self.send_through(),
            _ => self.send(),
        }
    }

    fn other_key(&mut self, down: KeyDown) -> FieldReply {
        let settled = self.settle();
        if settled.act == FieldAction::Send || down.composing || self.composing || down.handled {
            return settled;
        }
        match down.key {
            FieldKey::Escape | FieldKey::Up if !down.shift && !down.command => FieldReply {
                act: FieldAction::Key(down.key),
                prevent: false,
            },
            _ => NOTHING,
        }
    }

    fn ended(&mut self, hangul: bool) -> FieldReply {
        self.composing = false;
        self.phase = match (self.phase, hangul) {
            (PressPhase::Confirming, true) => PressPhase::Due,
            (PressPhase::Confirming, false) => PressPhase::Confirmed,
            // A second compositionend of the same press, as Firefox may fire.
            (PressPhase::Due | PressPhase::Spent, _) => self.phase,
            _ => PressPhase::Ended { hangul },
        };
        FieldReply {
            act: if self.phase == PressPhase::Due {
                FieldAction::Wait
            } else {
                FieldAction::Nothing
            },
            prevent: false,
        }
    }

    fn line_break(&mut self) -> FieldReply {
        match self.phase {
            PressPhase::Unsure if self.hangul_in_place => self.send_through(),
            PressPhase::Due | PressPhase::Unsure | PressPhase::Confirmed => self.send(),
            PressPhase::Spent => SWALLOW,
            _ => NOTHING,
        }
    }

    fn input(&mut self, text: InputText<'_>) -> FieldReply {
        match text {
            InputText::LineBreak if self.phase == PressPhase::Through => {
                self.phase = PressPhase::Spent;
                self.hangul_in_place = false;
                FieldReply {
                    act: FieldAction::Clear,
                    prevent: false,
                }
            }
            // The text of a composition may arrive before or after its end.
            InputText::LineBreak | InputText::Composed => NOTHING,
            InputText::Plain(data) => {
                if !data.is_empty() {
                    self.hangul_in_place = ends_in_hangul(data);
                }
                if self.phase != PressPhase::Due {
                    self.phase = PressPhase::Idle;
                }
                NOTHING
            }
        }
    }

    /// The press is over: a send that is due happens now.
    fn settle(&mut self) -> FieldReply {
        let due = self.phase == PressPhase::Due;
        self.phase = PressPhase::Idle;
        FieldReply {
            act: if due {
                FieldAction::Send
            } else {
                FieldAction::Nothing
            },
            prevent: false,
        }
    }

    fn due_send(&mut self) -> FieldReply {
        if self.phase == PressPhase::Due {
            self.phase = PressPhase::Spent;
            FieldReply {
                act: FieldAction::Send,
                prevent: false,
            }
        } else {
            NOTHING
        }
    }

    /// WebKit remembers the syllable before the caret and inserts it again into an emptied
    /// field; a line break resets it
    /// (sendbird/sendbird-uikit-react pull request 1108).
    fn send_through(&mut self) -> FieldReply {
        self.phase = PressPhase::Through;
        FieldReply {
            act: FieldAction::Send,
            prevent: false,
        }
    }

    fn send(&mut self) -> FieldReply {
        self.phase = PressPhase::Spent;
        SEND
    }
}
