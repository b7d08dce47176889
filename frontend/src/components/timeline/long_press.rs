//! A long press on a message opens its actions, on touch screens.
//!
//! Text is not selected there: the sheet can copy it. A press on a link or a button is the
//! browser's own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, TouchEvent};

use super::keys::open_menu;
use crate::browser;
use crate::components::room_context::RoomContext;

/// As long as in the phones' own programs.
const LONG: Duration = Duration::from_millis(500);
/// A finger that moves farther scrolls or swipes, in pixels.
const SLACK: i32 = 10;

struct LongPress {
    context: RoomContext,
    /// The row under the finger and where the finger is, until the press has become something else.
    pressed: RefCell<Option<(Element, (i32, i32))>>,
    /// Counts the touches: the timer of an earlier one means nothing.
    touches: Cell<u32>,
    /// The sheet is open, and the finger still down.
    opened: Cell<bool>,
}

/// Listens until the current reactive owner is disposed.
pub(super) fn listen(context: RoomContext) {
    let press = Rc::new(LongPress {
        context,
        pressed: RefCell::new(None),
        touches: Cell::new(0),
        opened: Cell::new(false),
    });
    // Of the document: there the browser does not wait for the program before it scrolls.
    for name in [
        "touchstart",
        "touchmove",
        "touchend",
        "touchcancel",
        "contextmenu",
    ] {
        let press = Rc::clone(&press);
        browser::on_document(name, move |event| press.hear(&event)).with_owner();
    }
}

impl LongPress {
    fn hear(self: &Rc<Self>, event: &Event) {
        match event.type_().as_str() {
            "touchstart" => self.begin(event),
            "touchmove" => {
                let moved = self.pressed.borrow().as_ref().is_none_or(|(_, from)| {
                    place(event).is_none_or(|to| {
                        (to.0 - from.0).abs() > SLACK || (to.1 - from.1).abs() > SLACK
                    })
                });
                if moved {
                    self.pressed.take();
                }
            }
            // The browser's own menu comes at its own moment of a long press.
            "contextmenu" => {
                if row_of(event).is_some() {
                    event.prevent_default();
                }
                self.open();
            }
            "touchend" => {
                self.pressed.take();
                // No click: it would fall on the sheet.
                if self.opened.replace(false) {
                    event.prevent_default();
                }
            }
            _ => {
                self.pressed.take();
            }
        }
    }

    fn begin(self: &Rc<Self>, event: &Event) {
        self.opened.set(false);
        self.pressed.replace(row_of(event).zip(place(event)));
        let touch = self.touches.get().wrapping_add(1);
        self.touches.set(touch);
        let press = Rc::clone(self);
        browser::after(LONG, move || {
            if press.touches.get() == touch {
                press.open();
            }
        });
    }

    fn open(&self) {
        if let Some((row, _)) = self.pressed.take() {
            self.opened.set(open_menu(self.context, &row));
        }
    }
}

/// The row under a finger, unless the press is about a link or a button in it.
fn row_of(event: &Event) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    if let Ok(None) = target.closest("a, button, textarea") {
        target.closest(".timeline__rows > .row").ok()?
    } else {
        None
    }
}

/// Where the only finger is.
fn place(event: &Event) -> Option<(i32, i32)> {
    let touches = event.dyn_ref::<TouchEvent>()?.touches();
    let touch = touches.get(0).filter(|_| touches.length() == 1)?;
    Some((touch.client_x(), touch.client_y()))
}
