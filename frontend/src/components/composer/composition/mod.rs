//! What Enter means while text is being composed: one pure machine for every text
//! field that acts on it.
//!
//! Input methods differ in whether they *consume* the Enter that ends a
//! composition. A Japanese or Chinese one does: that Enter picked a candidate and
//! must not send. A Korean one does not: it commits the last syllable, and the same
//! press goes on to mean Enter, so that one press must send, once, with that
//! syllable. Browsers disagree about the events of that one press:
//!
//! - Chrome, and Firefox on Windows: keydown (229, composing), compositionend, then
//!   a second, plain keydown; Firefox on macOS: no second keydown, only a keypress
//!   (w3c/uievents issue 202).
//! - Safari ends the composition *before* the keydown, which then says 229 but not
//!   `isComposing` (WebKit bug 165004); newer versions of it may turn this round
//!   (WebKit bug 311717). For Hangul it may compose without any composition event,
//!   by replacing text in place (xtermjs/xterm.js pull request 5704).
//!
//! So the machine never looks at clocks or user agents. It lets the composition end,
//! looks at what was composed, and takes all further signs of the same press for
//! what they are: the same press.

mod hangul;
#[cfg(test)]
mod tests;

pub use hangul::ends_in_hangul;

use shared::text::contains;

use crate::state::SendKey;

/// The keys that a text field of ours acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Either Enter, by `key` or, where an input method hides that, by `code`.
    Enter,
    /// Escape.
    Escape,
    /// Arrow up.
    Up,
    /// Any other.
    Other,
}

impl Key {
    /// Reads `KeyboardEvent.key` and `.code`. Chrome on Windows and Firefox say
    /// `Process` for every key that an input method has seen; `code` stays true.
    pub fn read(key: &str, code: &str) -> Self {
        match (key, code) {
            ("Enter", _) | ("Process" | "Unidentified", "Enter" | "NumpadEnter") => Key::Enter,
            ("Escape" | "Esc", _) => Key::Escape,
            ("ArrowUp", _) => Key::Up,
            _ => Key::Other,
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
    /// Which.
    pub key: Key,
    /// Shift or Alt is held.
    pub shift: bool,
    /// Ctrl or Cmd is held.
    pub command: bool,
    /// `keyCode` is 229: an input method has handled it (UI Events, legacy key codes).
    pub handled: bool,
    /// `KeyboardEvent.isComposing`.
    pub composing: bool,
}

/// What text comes in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text<'a> {
    /// `insertLineBreak` or `insertParagraph`.
    LineBreak,
    /// `insertCompositionText`, `insertFromComposition`, `deleteCompositionText` and the like.
    Composed,
    /// Anything else, with the event's `data`.
    Plain(&'a str),
}

impl<'a> Text<'a> {
    /// Reads `InputEvent.inputType` and `.data`.
    pub fn read(input_type: &str, data: &'a str) -> Self {
        match input_type {
            "insertLineBreak" | "insertParagraph" => Text::LineBreak,
            kind if contains(kind, "Composition") => Text::Composed,
            _ => Text::Plain(data),
        }
    }
}

/// What happened, in the order in which it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// `keydown`.
    KeyDown(KeyDown),
    /// `keyup`.
    KeyUp(Key),
    /// `compositionstart`.
    CompositionStart,
    /// `compositionend`, with what was composed.
    CompositionEnd(&'a str),
    /// `beforeinput`.
    BeforeInput(Text<'a>),
    /// `input`.
    Input(Text<'a>),
    /// A task of its own has begun since [`Act::Wait`] was answered.
    Tick,
    /// The field lost the focus.
    Blur,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing; the browser does what it does.
    Nothing,
    /// Send what stands in the field.
    Send,
    /// Come back with [`Event::Tick`] in a task of its own.
    Wait,
    /// Empty the field once more: the line break of the Enter that sent has come in.
    Clear,
    /// Escape or arrow up, and meant for us rather than for the input method.
    Key(Key),
}

/// The machine's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What to do.
    pub act: Act,
    /// Whether the event's default action has to be prevented.
    pub prevent: bool,
}

/// Where the machine is with the press of Enter that it watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// With none.
    #[default]
    Idle,
    /// A sending Enter went down inside a composition; what was composed decides.
    Confirming,
    /// That composition ended, and it was not Hangul: the Enter was consumed, unless
    /// the browser goes on to break the line with it.
    Confirmed,
    /// That composition ended in Hangul: sending is due as soon as the field is at rest.
    Due,
    /// A composition ended with no Enter seen; Safari's may follow.
    Ended { hangul: bool },
    /// An Enter that an input method has seen, outside of any composition: if the
    /// browser breaks the line with it, it was meant.
    Unsure,
    /// Sent, but the line break is let through and has to be cleared away.
    Through,
    /// This press has done its work; whatever else it brings is swallowed.
    Spent,
}

/// The machine: feed it every event of one text field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Composition {
    composing: bool,
    /// The last text came in Hangul and without a composition: WebKit's way.
    hangul_in_place: bool,
    phase: Phase,
}

const NOTHING: Reply = Reply {
    act: Act::Nothing,
    prevent: false,
};
const SWALLOW: Reply = Reply {
    act: Act::Nothing,
    prevent: true,
};
const SEND: Reply = Reply {
    act: Act::Send,
    prevent: true,
};

impl Composition {
    /// Takes one event and says what to do about it.
    pub fn on(&mut self, event: Event<'_>, send_key: SendKey) -> Reply {
        match event {
            Event::KeyDown(down) if down.key == Key::Enter => self.enter(down, send_key),
            Event::KeyDown(down) => self.other_key(down),
            Event::KeyUp(Key::Enter) => {
                // The press is over. What is due still is; a line break on its way is too.
                if !matches!(self.phase, Phase::Due | Phase::Through) {
                    self.phase = Phase::Idle;
                }
                NOTHING
            }
            Event::CompositionStart => {
                self.composing = true;
                self.hangul_in_place = false;
                self.settle()
            }
            Event::CompositionEnd(data) => self.ended(ends_in_hangul(data)),
            Event::BeforeInput(Text::LineBreak) => self.line_break(),
            Event::KeyUp(_) | Event::BeforeInput(_) => NOTHING,
            Event::Input(text) => self.input(text),
            Event::Tick => self.due_send(),
            Event::Blur => {
                self.composing = false;
                self.settle()
            }
        }
    }

    /// Whether a composition is going on: the field must not be touched.
    pub fn is_composing(&self) -> bool {
        self.composing
    }

    fn enter(&mut self, down: KeyDown, send_key: SendKey) -> Reply {
        let sends = match send_key {
            SendKey::Enter => !down.shift,
            SendKey::ModEnter => down.command,
        };
        if down.composing || self.composing {
            // Never prevented: the input method needs it.
            self.phase = if sends {
                Phase::Confirming
            } else {
                Phase::Idle
            };
            return NOTHING;
        }
        match self.phase {
            Phase::Due | Phase::Spent if !sends => self.settle(),
            Phase::Due => self.send(),
            Phase::Spent => SWALLOW,
            _ if !sends => {
                self.phase = Phase::Idle;
                NOTHING
            }
            Phase::Ended { hangul: true } if down.handled => self.send(),
            Phase::Ended { hangul: false } if down.handled => {
                self.phase = Phase::Confirmed;
                NOTHING
            }
            _ if down.handled => {
                self.phase = Phase::Unsure;
                NOTHING
            }
            _ if self.hangul_in_place => self.send_through(),
            _ => self.send(),
        }
    }

    fn other_key(&mut self, down: KeyDown) -> Reply {
        let settled = self.settle();
        if settled.act == Act::Send || down.composing || self.composing || down.handled {
            return settled;
        }
        match down.key {
            Key::Escape | Key::Up if !down.shift && !down.command => Reply {
                act: Act::Key(down.key),
                prevent: false,
            },
            _ => NOTHING,
        }
    }

    fn ended(&mut self, hangul: bool) -> Reply {
        self.composing = false;
        self.phase = match (self.phase, hangul) {
            (Phase::Confirming, true) => Phase::Due,
            (Phase::Confirming, false) => Phase::Confirmed,
            // A second compositionend of the same press, as Firefox may fire.
            (Phase::Due | Phase::Spent, _) => self.phase,
            _ => Phase::Ended { hangul },
        };
        Reply {
            act: if self.phase == Phase::Due {
                Act::Wait
            } else {
                Act::Nothing
            },
            prevent: false,
        }
    }

    fn line_break(&mut self) -> Reply {
        match self.phase {
            Phase::Unsure if self.hangul_in_place => self.send_through(),
            Phase::Due | Phase::Unsure | Phase::Confirmed => self.send(),
            Phase::Spent => SWALLOW,
            _ => NOTHING,
        }
    }

    fn input(&mut self, text: Text<'_>) -> Reply {
        match text {
            Text::LineBreak if self.phase == Phase::Through => {
                self.phase = Phase::Spent;
                self.hangul_in_place = false;
                Reply {
                    act: Act::Clear,
                    prevent: false,
                }
            }
            // The text of a composition arrives before or after its end.
            Text::LineBreak | Text::Composed => NOTHING,
            Text::Plain(data) => {
                if !data.is_empty() {
                    self.hangul_in_place = ends_in_hangul(data);
                }
                if self.phase != Phase::Due {
                    self.phase = Phase::Idle;
                }
                NOTHING
            }
        }
    }

    /// The press that was watched is over: what is due happens now.
    fn settle(&mut self) -> Reply {
        let due = self.phase == Phase::Due;
        self.phase = Phase::Idle;
        Reply {
            act: if due { Act::Send } else { Act::Nothing },
            prevent: false,
        }
    }

    fn due_send(&mut self) -> Reply {
        if self.phase == Phase::Due {
            self.phase = Phase::Spent;
            Reply {
                act: Act::Send,
                prevent: false,
            }
        } else {
            NOTHING
        }
    }

    /// WebKit keeps its own idea of the syllable before the caret and puts it back
    /// into an emptied field; a line break makes it let go
    /// (sendbird/sendbird-uikit-react pull request 1108).
    fn send_through(&mut self) -> Reply {
        self.phase = Phase::Through;
        Reply {
            act: Act::Send,
            prevent: false,
        }
    }

    fn send(&mut self) -> Reply {
        self.phase = Phase::Spent;
        SEND
    }
}
