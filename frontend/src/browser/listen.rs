//! Event listeners on the window and the document.

use leptos::Handle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{AddEventListenerOptions, EventTarget};

use super::{document, window};

/// A listener that is removed when it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Adds a listener to any target.
    pub fn new(
        target: &EventTarget,
        name: &'static str,
        run: impl FnMut(web_sys::Event) + 'static,
    ) -> Self {
        Self::boxed(target, name, Box::new(run))
    }

    /// Not generic: it is compiled once for all listeners.
    fn boxed(
        target: &EventTarget,
        name: &'static str,
        mut run: Box<dyn Handle<web_sys::Event>>,
    ) -> Self {
        let run: Box<dyn FnMut(web_sys::Event)> = Box::new(move |event| run.handle(event));
        let callback = Closure::wrap(run);
        let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        Listener {
            target: target.clone(),
            name,
            callback,
        }
    }

    /// Keeps the listener until the current reactive owner is disposed.
    pub fn with_owner(self) {
        StoredValue::new(self);
    }

    /// Keeps the listener as long as the page lives.
    pub fn forever(self) {
        std::mem::forget(self);
    }
}

/// Runs once, when the browser is online again.
pub fn once_online(run: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(run);
    let options = AddEventListenerOptions::new();
    options.set_once(true);
    let _ = window().add_event_listener_with_callback_and_add_event_listener_options(
        "online",
        callback.unchecked_ref(),
        &options,
    );
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, self.callback.as_ref().unchecked_ref());
    }
}

/// Adds a listener to the window.
pub fn on_window(name: &'static str, run: impl FnMut(web_sys::Event) + 'static) -> Listener {
    Listener::new(&window(), name, run)
}

/// Adds a listener to the document.
pub fn on_document(name: &'static str, run: impl FnMut(web_sys::Event) + 'static) -> Listener {
    Listener::new(&document(), name, run)
}
