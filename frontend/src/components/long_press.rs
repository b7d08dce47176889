//! A long press on a message or on a room of the list opens what can be done with it, on touch
//! screens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, TouchEvent};

use crate::browser;

/// As long as in the phones' own programs.
const LONG: Duration = Duration::from_millis(500);
/// A finger that moves farther scrolls or swipes, in pixels.
const SLACK: i32 = 10;

type FindRow = Box<dyn Fn(&Element) -> Option<Element>>;

struct LongPress {
    find: FindRow,
    open: Box<dyn Fn(&Element) -> bool>,
    /// The row under the finger and where the finger is, until the press has become something else.
    pressed: RefCell<Option<(Element, (i32, i32))>>,
    /// Counts the touches: the timer of an earlier one means nothing.
    touches: Cell<u32>,
    /// The sheet is open, and the finger still down.
    opened: Cell<bool>,
}

/// Listens until the current reactive owner is disposed. `find` returns the row that an element is
/// in; a press on anything else is the browser's own. `open` returns whether it has opened something
/// for the row.
pub(super) fn listen(
    find: impl Fn(&Element) -> Option<Element> + 'static,
    open: impl Fn(&Element) -> bool + 'static,
) {
    let press = Rc::new(LongPress {
        find: Box::new(find),
        open: Box::new(open),
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
                if self.row_of(event).is_some() {
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
        self.pressed.replace(self.row_of(event).zip(place(event)));
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
            self.opened.set((self.open)(&row));
        }
    }

    fn row_of(&self, event: &Event) -> Option<Element> {
        (self.find)(&event.target()?.dyn_into().ok()?)
    }
}

/// Where the only finger is.
fn place(event: &Event) -> Option<(i32, i32)> {
    let touches = event.dyn_ref::<TouchEvent>()?.touches();
    let touch = touches.get(0).filter(|_| touches.length() == 1)?;
    Some((touch.client_x(), touch.client_y()))
}
