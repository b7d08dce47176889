//! Keyboard, pointer and wheel, in the form of WebDriver (§17.3, "Processing actions").

use serde_json::{Value, json};

/// A device and what is done with it.
pub struct InputSource(Value);

/// A key that types nothing, by its value in WebDriver (§17.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKey {
    /// Enter.
    Enter,
    /// Esc.
    Escape,
    /// ↑.
    Up,
    /// Backspace.
    Backspace,
    /// Shift, to hold.
    Shift,
    /// Ctrl, to hold.
    Control,
}

impl ActionKey {
    /// The character that stands for it.
    pub fn value(self) -> char {
        match self {
            Self::Backspace => '\u{E003}',
            Self::Enter => '\u{E007}',
            Self::Shift => '\u{E008}',
            Self::Control => '\u{E009}',
            Self::Escape => '\u{E00C}',
            Self::Up => '\u{E013}',
        }
    }
}

impl InputSource {
    /// Presses and releases a key for each character.
    pub fn typing(text: &str) -> Self {
        let strokes = text.chars().flat_map(|key| [down(key), up(key)]);
        let strokes: Vec<Value> = strokes.collect();
        Self::keyboard(&strokes)
    }

    /// Presses and releases a key while others are held.
    pub fn chord(held: &[ActionKey], key: char) -> Self {
        let mut strokes: Vec<Value> = held.iter().map(|key| down(key.value())).collect();
        strokes.extend([down(key), up(key)]);
        strokes.extend(held.iter().rev().map(|key| up(key.value())));
        Self::keyboard(&strokes)
    }

    /// Moves the mouse.
    pub fn pointing((x, y): (i64, i64)) -> Self {
        Self::mouse(&[move_to(x, y)])
    }

    /// Moves the mouse, then presses and releases its left button.
    pub fn clicking((x, y): (i64, i64)) -> Self {
        Self::mouse(&[
            move_to(x, y),
            json!({ "type": "pointerDown", "button": 0 }),
            json!({ "type": "pointerUp", "button": 0 }),
        ])
    }

    /// Turns the wheel at a point; `down` is in pixels.
    pub fn wheel((x, y): (i64, i64), down: i64) -> Self {
        InputSource(json!({
            "type": "wheel",
            "id": "wheel",
            "actions": [{
                "type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": down, "duration": 0,
            }],
        }))
    }

    /// The list of sources that a driver takes.
    pub fn to_list(&self) -> Value {
        json!([self.0])
    }

    fn keyboard(strokes: &[Value]) -> Self {
        InputSource(json!({ "type": "key", "id": "keyboard", "actions": strokes }))
    }

    fn mouse(moves: &[Value]) -> Self {
        InputSource(json!({
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": moves,
        }))
    }
}

fn down(key: char) -> Value {
    json!({ "type": "keyDown", "value": key })
}

fn up(key: char) -> Value {
    json!({ "type": "keyUp", "value": key })
}

fn move_to(x: i64, y: i64) -> Value {
    json!({ "type": "pointerMove", "x": x, "y": y, "duration": 0 })
}
