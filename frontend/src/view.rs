//! View helpers with boxed closures, which keep the WebAssembly small.
//!
//! Every closure has its own type, and generic code is compiled again for each: in a view
//! that is one or two kilobytes per closure. Boxed closures with the same result share one
//! type.

use std::borrow::Cow;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::{Compute, List, ListEntry, Value};
pub use leptos::{Handler, Reactive};
use web_sys::Element;

/// A value that is updated when its signals change:
/// `title=reactive(move || name.get())`.
pub fn reactive<T>(value: impl Fn() -> T + Send + 'static) -> Reactive<T> {
    Reactive::new(value)
}

/// An optional part of a view that is updated when its signals change.
pub fn optional_view<V: IntoAny>(
    view: impl Fn() -> Option<V> + Send + 'static,
) -> Reactive<AnyView> {
    Reactive::new(move || match view() {
        Some(view) => view.into_any(),
        None => ().into_any(),
    })
}

/// The text of an element, updated when the signals that it reads change.
#[derive(Clone)]
pub struct DynamicText(Arc<dyn Compute<Cow<'static, str>> + Send + Sync>);

impl From<fn() -> &'static str> for DynamicText {
    fn from(words: fn() -> &'static str) -> Self {
        DynamicText(Arc::new(move || words().into()))
    }
}

impl From<String> for DynamicText {
    fn from(words: String) -> Self {
        DynamicText(Arc::new(move || words.clone().into()))
    }
}

/// A text that is updated when its signals change: `<p use:set_text=dynamic_text(move || …)></p>`.
pub fn dynamic_text<T: Into<Cow<'static, str>>>(
    text: impl Fn() -> T + Send + Sync + 'static,
) -> DynamicText {
    DynamicText(Arc::new(move || text().into()))
}

/// Sets the text of an element: `<p use:set_text=tr!(people.empty)></p>`.
///
/// Texts that change are set in this way and are not text nodes of the view. A translator in
/// the browser replaces text nodes by its own elements; a view would then update a node that
/// is not in the document any more. The element stays in the document.
pub fn set_text<W: Into<DynamicText>>(element: Element, words: W) {
    set_text_effect(element, words.into());
}

fn set_text_effect(element: Element, words: DynamicText) {
    // Of the same type as the effects of attributes, whose code it shares.
    let effect = RenderEffect::new(move |said: Option<Value>| {
        let now = Some(words.0.compute());
        if said.flatten() != now {
            element.set_text_content(now.as_deref());
        }
        now
    });
    // Kept as long as the view exists.
    StoredValue::new(effect);
}

/// A context value of the view. `expect_context` of Leptos does the same, but its panic
/// message with the type's name adds kilobytes.
pub fn provided_context<T: Clone + 'static>() -> T {
    use_context().unwrap_or_else(|| missing())
}

fn missing() -> ! {
    unreachable!("nothing was provided")
}

/// An entry of a [`list`].
pub struct Entry(ListEntry);

impl Entry {
    /// An entry. Entries with the same key keep their elements.
    pub fn new<V: IntoAny>(key: (i64, i64), view: impl FnOnce() -> V + 'static) -> Self {
        let view = Box::new(move || view().into_any());
        Entry(ListEntry { key, view })
    }
}

/// A list of views.
pub fn list(entries: impl Fn() -> Vec<Entry> + 'static) -> AnyView {
    let entries = move || entries().into_iter().map(|Entry(entry)| entry).collect();
    List::new(Box::new(entries)).into_any()
}

/// Handles an event: `on:click=on(move |_| …)`.
pub fn on<E>(handle: impl FnMut(E) + 'static) -> Handler<E> {
    Handler::new(handle)
}

/// Runs once the view exists, and again whenever a signal that it reads has changed.
pub fn effect(act: impl Fn() + 'static) {
    effect_boxed(Box::new(act));
}

fn effect_boxed(act: Box<dyn Compute<()>>) {
    Effect::new(move |_: Option<()>| act.compute());
}

/// A value computed from signals. Readers are notified only when it has changed.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new(Box::new(value))
}
