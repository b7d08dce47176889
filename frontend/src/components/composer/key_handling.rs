//! Connects the events of a text field to the composition state machine.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CompositionEvent, EventTarget, HtmlTextAreaElement, InputEvent, KeyboardEvent};

use super::composition::{
    Composition, FieldAction, FieldEvent, FieldKey, FieldReply, InputText, KeyDown,
};
use crate::browser::{self, Listener};
use crate::state::{SendKey, use_client};
use crate::view::effect;

/// The `keyCode` of a key that an input method has handled (UI Events, legacy key attributes).
const HANDLED: u32 = 229;

/// What is done for a key; returns whether it handled it.
pub type OnAct = Rc<dyn Fn(FieldAction) -> bool>;

/// Handles Enter, Escape and arrow up in a text field, for every input method, until the
/// current reactive owner is disposed. `on_act` is called with [`FieldAction::Send`],
/// [`FieldAction::Clear`] and [`FieldAction::Key`]. It returns whether it handled the action;
/// if not, the key's default action happens.
pub fn handle_keys(field: NodeRef<html::Textarea>, on_act: OnAct) {
    let settings = use_client().settings();
    let send_key = move || {
        let settings = settings.try_get_untracked();
        settings.map_or(SendKey::Enter, |settings| settings.send_key)
    };
    keep_attending(move || field.get().map(Into::into), send_key, on_act);
}

/// The same for a field of one line, in which Enter alone chooses something.
pub fn handle_choice(field: NodeRef<html::Input>, on_act: OnAct) {
    let send_key = || SendKey::Enter;
    keep_attending(move || field.get().map(Into::into), send_key, on_act);
}

fn keep_attending(
    field: impl Fn() -> Option<EventTarget> + 'static,
    send_key: impl Fn() -> SendKey + Copy + 'static,
    on_act: OnAct,
) {
    let kept = StoredValue::new(Vec::new());
    effect(move || {
        if let Some(field) = field() {
            kept.set_value(attend(&field, send_key, Rc::clone(&on_act)));
        }
    });
    on_cleanup(move || {
        let _ = kept.set_value(Vec::new());
    });
}

/// Adds listeners for all events that the state machine needs.
fn attend(
    field: &EventTarget,
    send_key: impl Fn() -> SendKey + 'static,
    on_act: OnAct,
) -> Vec<Listener> {
    let machine = Rc::new(Attendant {
        machine: RefCell::default(),
        send_key: Box::new(send_key),
        on_act,
    });
    let names = [
        "keydown",
        "keyup",
        "compositionstart",
        "compositionend",
        "beforeinput",
        "input",
        "blur",
    ];
    names
        .into_iter()
        .map(|name| {
            let machine = Rc::clone(&machine);
            Listener::new(field, name, move |event| machine.hear(&event))
        })
        .collect()
}

struct Attendant {
    machine: RefCell<Composition>,
    send_key: Box<dyn Fn() -> SendKey>,
    on_act: OnAct,
}

impl Attendant {
    fn hear(self: &Rc<Self>, event: &web_sys::Event) {
        let name = event.type_();
        let data;
        let told = if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            if name == "keydown" {
                FieldEvent::KeyDown(key_down(key))
            } else {
                FieldEvent::KeyUp(FieldKey::read(&key.key(), &key.code()))
            }
        } else if let Some(composed) = event.dyn_ref::<CompositionEvent>() {
            if name == "compositionstart" {
                FieldEvent::CompositionStart
            } else {
                data = composed.data().unwrap_or_default();
                FieldEvent::CompositionEnd(&data)
            }
        } else if let Some(input) = event.dyn_ref::<InputEvent>() {
            data = input.data().unwrap_or_default();
            let kind = input.input_type();
            let text = InputText::read(&kind, &data);
            if name == "beforeinput" {
                FieldEvent::BeforeInput(text)
            } else {
                FieldEvent::Input(text)
            }
        } else if name == "blur" {
            FieldEvent::Blur
        } else {
            return;
        };
        let reply = self.tell(told);
        let done = self.act(reply.act);
        if reply.prevent || (done && matches!(reply.act, FieldAction::Key(_))) {
            event.prevent_default();
        }
    }

    fn tell(&self, event: FieldEvent<'_>) -> FieldReply {
        let send_key = (self.send_key)();
        self.machine.borrow_mut().on(event, send_key)
    }

    fn act(self: &Rc<Self>, act: FieldAction) -> bool {
        match act {
            FieldAction::Nothing => false,
            FieldAction::Wait => {
                let machine = Rc::clone(self);
                browser::after(Duration::ZERO, move || {
                    let reply = machine.tell(FieldEvent::Tick);
                    machine.act(reply.act);
                });
                false
            }
            act => (self.on_act)(act),
        }
    }
}

fn key_down(event: &KeyboardEvent) -> KeyDown {
    KeyDown {
        key: FieldKey::read(&event.key(), &event.code()),
        shift: event.shift_key() || event.alt_key(),
        command: event.ctrl_key() || event.meta_key(),
        handled: event.key_code() == HANDLED,
        composing: event.is_composing(),
    }
}

/// Makes a field as high as its text, in browsers without `field-sizing`.
pub fn grow(field: &HtmlTextAreaElement) {
    thread_local! {
        static BY_STYLE: bool = browser::supports("field-sizing", "content");
    }
    if BY_STYLE.with(|by_style| *by_style) {
        return;
    }
    let style = web_sys::HtmlElement::style(field);
    // The parent keeps its height while the text is measured. Otherwise the timeline would
    // grow for that moment, and its scroll position would change.
    let around = field.parent_element();
    let around = around.and_then(|around| around.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(around) = &around {
        let height = format!("{}px", around.offset_height());
        let _ = around.style().set_property("height", &height);
    }
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", field.scroll_height()));
    if let Some(around) = &around {
        let _ = around.style().remove_property("height");
    }
}
