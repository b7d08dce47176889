//! Input from keyboard, mouse, touch screen and input methods, as the browser gets it from the system.

use std::ops::BitOr;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::page::Page;

/// A key other than a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Enter.
    Enter,
    /// Esc.
    Escape,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// ↑.
    Up,
    /// ↓.
    Down,
    /// ←.
    Left,
    /// →.
    Right,
    /// End.
    End,
    /// Home.
    Home,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// The menu key.
    ContextMenu,
    /// F6.
    F6,
    /// F10.
    F10,
}

impl Key {
    /// Its values of `key`, `code` and `keyCode`.
    fn names(self) -> (&'static str, &'static str, u32) {
        match self {
            Self::Enter => ("Enter", "Enter", 13),
            Self::Escape => ("Escape", "Escape", 27),
            Self::Tab => ("Tab", "Tab", 9),
            Self::Backspace => ("Backspace", "Backspace", 8),
            Self::Up => ("ArrowUp", "ArrowUp", 38),
            Self::Down => ("ArrowDown", "ArrowDown", 40),
            Self::Left => ("ArrowLeft", "ArrowLeft", 37),
            Self::Right => ("ArrowRight", "ArrowRight", 39),
            Self::End => ("End", "End", 35),
            Self::Home => ("Home", "Home", 36),
            Self::PageUp => ("PageUp", "PageUp", 33),
            Self::PageDown => ("PageDown", "PageDown", 34),
            Self::ContextMenu => ("ContextMenu", "ContextMenu", 93),
            Self::F6 => ("F6", "F6", 117),
            Self::F10 => ("F10", "F10", 121),
        }
    }
}

/// Modifier keys that are held down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers(u8);

impl Modifiers {
    /// None.
    pub const NONE: Self = Self(0);
    /// Alt.
    pub const ALT: Self = Self(1);
    /// Ctrl.
    pub const CTRL: Self = Self(2);
    /// Shift.
    pub const SHIFT: Self = Self(8);
}

impl BitOr for Modifiers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The value of `keyCode` for every key while an input method composes.
const IN_COMPOSITION: u32 = 229;

impl Page {
    /// Presses and releases a key.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn press(&self, key: Key, held: Modifiers) -> Result<()> {
        let (name, code, number) = key.names();
        // Ctrl+Enter types nothing.
        let types = key == Key::Enter && held.0 & Modifiers::CTRL.0 == 0;
        let text = if types { "\r" } else { "" };
        self.key(name, code, number, text, held)
    }

    /// Inserts a text at the cursor, as pasting does. This replaces and ends a composition.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn insert_text(&self, text: &str) -> Result<()> {
        self.call("Input.insertText", json!({ "text": text }))?;
        Ok(())
    }

    /// Sets the text that an input method is composing.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn compose(&self, text: &str) -> Result<()> {
        let end = text.encode_utf16().count();
        let params = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
        self.call("Input.imeSetComposition", params)?;
        Ok(())
    }

    /// Presses a key that the input method handles: the page gets the event, but the key itself has no
    /// effect.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn press_into_composition(&self, key: Key) -> Result<()> {
        let (name, code, _) = key.names();
        let params = json!({
            "type": "rawKeyDown", "key": name, "code": code,
            "windowsVirtualKeyCode": IN_COMPOSITION, "nativeVirtualKeyCode": IN_COMPOSITION,
        });
        self.call("Input.dispatchKeyEvent", params)?;
        Ok(())
    }

    /// Releases a key.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn release(&self, key: Key) -> Result<()> {
        let (name, code, number) = key.names();
        let params = json!({
            "type": "keyUp", "key": name, "code": code,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
        });
        self.call("Input.dispatchKeyEvent", params)?;
        Ok(())
    }

    /// Clicks in the middle of the first element that matches a selector.
    ///
    /// # Errors
    /// When there is none, or something else lies over it.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.click_on(&query(selector))
    }

    /// Clicks in the middle of the element that an expression names.
    ///
    /// # Errors
    /// When there is none, or something else lies over it.
    pub fn click_on(&self, element: &str) -> Result<()> {
        let (x, y) = self.middle(element)?;
        self.click_at(x, y)
    }

    /// Clicks at a point of the window.
    ///
    /// # Errors
    /// When the browser has gone.
    fn click_at(&self, x: f64, y: f64) -> Result<()> {
        self.hover_at(x, y)?;
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", params)?;
        }
        Ok(())
    }

    /// Moves the pointer over the element that an expression names.
    ///
    /// # Errors
    /// When there is none, or something else lies over it.
    pub fn hover_over(&self, element: &str) -> Result<()> {
        let (x, y) = self.middle(element)?;
        self.hover_at(x, y)
    }

    fn hover_at(&self, x: f64, y: f64) -> Result<()> {
        let params = json!({ "type": "mouseMoved", "x": x, "y": y });
        self.call("Input.dispatchMouseEvent", params)?;
        Ok(())
    }

    /// Turns the wheel at a point; `down` is in pixels.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn wheel(&self, (x, y): (f64, f64), down: f64) -> Result<()> {
        let params = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": down });
        self.call("Input.dispatchMouseEvent", params)?;
        Ok(())
    }

    /// Taps on the element that an expression names.
    ///
    /// # Errors
    /// When there is none, or something else lies over it.
    pub fn tap_on(&self, element: &str) -> Result<()> {
        let point = self.middle(element)?;
        self.swipe(point, point)
    }

    /// Swipes quickly from one point to another.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn swipe(&self, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        const STEPS: u8 = 4;
        self.put_finger_at(from)?;
        if from != to {
            for step in 1..=STEPS {
                let part = f64::from(step) / f64::from(STEPS);
                let on_the_way = |a: f64, b: f64| a + (b - a) * part;
                let at = (on_the_way(from.0, to.0), on_the_way(from.1, to.1));
                self.move_finger(at)?;
            }
        }
        self.lift_finger()
    }

    /// Puts a finger on the element that an expression names, and leaves it there.
    ///
    /// # Errors
    /// When there is none, or something else lies over it.
    pub fn put_finger_on(&self, element: &str) -> Result<(f64, f64)> {
        let point = self.middle(element)?;
        self.put_finger_at(point)?;
        Ok(point)
    }

    /// Puts a finger at a point, and leaves it there.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn put_finger_at(&self, point: (f64, f64)) -> Result<()> {
        self.touch("touchStart", Some(point))
    }

    /// Moves the finger to a point.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn move_finger(&self, to: (f64, f64)) -> Result<()> {
        self.touch("touchMove", Some(to))
    }

    /// Lifts the finger.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn lift_finger(&self) -> Result<()> {
        self.touch("touchEnd", None)
    }

    fn touch(&self, kind: &str, at: Option<(f64, f64)>) -> Result<()> {
        let points: Vec<Value> = at.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
        let params = json!({ "type": kind, "touchPoints": points });
        self.call("Input.dispatchTouchEvent", params)?;
        Ok(())
    }

    fn key(&self, name: &str, code: &str, number: u32, text: &str, held: Modifiers) -> Result<()> {
        for kind in ["keyDown", "keyUp"] {
            let mut params = json!({
                "type": kind, "key": name, "code": code, "modifiers": held.0,
                "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
            });
            if kind == "keyDown" && !text.is_empty() {
                params["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", params)?;
        }
        Ok(())
    }

    /// The middle of an element, which is scrolled into view.
    fn middle(&self, element: &str) -> Result<(f64, f64)> {
        let found = self.evaluate(&format!(
            "(() => {{
                const element = {element};
                if (!element) return null;
                element.scrollIntoView({{ block: 'nearest', inline: 'nearest' }});
                const box = element.getBoundingClientRect();
                const at = [box.x + box.width / 2, box.y + box.height / 2];
                const top = document.elementFromPoint(...at);
                const hit = top && (element.contains(top) || top.contains(element));
                return {{ at, over: hit ? null : top ? top.outerHTML.slice(0, 120) : 'nothing' }};
            }})()"
        ))?;
        let at = found["at"].as_array().map(Vec::as_slice);
        let Some([x, y]) = at else {
            bail!("there is no {element}");
        };
        if let Some(over) = found["over"].as_str() {
            bail!("{element} is covered by {over}");
        }
        let number = |value: &Value| value.as_f64().context("not a number");
        Ok((number(x)?, number(y)?))
    }
}

fn query(selector: &str) -> String {
    format!("document.querySelector({})", Value::from(selector))
}
