//! Closures that share a type.
//!
//! Every closure has a type of its own, and whatever takes one is compiled anew for
//! it: in a view that is a kilobyte or two of WebAssembly each. Boxed, all that give
//! the same kind of value share one.

use std::borrow::Cow;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

/// A value in a view that follows the signals that it reads.
pub type Reactive<T> = Box<dyn Fn() -> T + Send>;

/// Makes a value in a view follow the signals that it reads:
/// `title=reactive(move || name.get())`.
pub fn reactive<T>(value: impl Fn() -> T + Send + 'static) -> Reactive<T> {
    Box::new(value)
}

/// A piece of a view that follows the signals that it reads, and may be nothing.
pub fn optional_view<V: IntoAny>(
    view: impl Fn() -> Option<V> + Send + 'static,
) -> Reactive<Option<AnyView>> {
    Box::new(move || view().map(IntoAny::into_any))
}

/// What an element says: a text that follows the signals that it reads.
#[derive(Clone)]
pub struct DynamicText(Arc<dyn Fn() -> Cow<'static, str> + Send + Sync>);

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

/// Makes a text follow the signals that it reads: `<p use:set_text=dynamic_text(move || …)></p>`.
pub fn dynamic_text<T: Into<Cow<'static, str>>>(
    text: impl Fn() -> T + Send + Sync + 'static,
) -> DynamicText {
    DynamicText(Arc::new(move || text().into()))
}

/// Has an element say something: `<p use:set_text=tr!(people.empty)></p>`.
///
/// Whatever may change is said so, and is no text node of the view's: a translator in the
/// browser puts elements of its own in the place of text nodes, and one that is no longer
/// in the document can be changed as often as one likes. An element stays.
pub fn set_text<W: Into<DynamicText>>(element: Element, words: W) {
    set_text_effect(element, words.into());
}

fn set_text_effect(element: Element, words: DynamicText) {
    let effect = RenderEffect::new(move |said: Option<Cow<'static, str>>| {
        let now = (words.0)();
        if said.as_ref() != Some(&now) {
            element.set_text_content(Some(&now));
        }
        now
    });
    // For as long as the view stands.
    StoredValue::new_local(effect);
}

/// What was provided above in the view. Leptos has the same, and with it the name of the
/// type and kilobytes of code to write that down, should it be missing.
pub fn provided_context<T: Clone + 'static>() -> T {
    use_context().unwrap_or_else(|| missing())
}

fn missing() -> ! {
    unreachable!("nothing was provided")
}

/// An entry of a [`list`].
pub struct Entry {
    /// Which one it is.
    key: (i64, i64),
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Entry {
    /// An entry by what it shows: what has the same key is shown once, and stays.
    pub fn new<V: IntoAny>(key: (i64, i64), view: impl FnOnce() -> V + Send + 'static) -> Self {
        let view = Box::new(move || view().into_any());
        Entry { key, view }
    }
}

/// Pieces of a view that come and go. Lists of all kinds of things share what finds out
/// which.
pub fn list(entries: impl Fn() -> Vec<Entry> + Send + Sync + 'static) -> AnyView {
    let entries: Box<dyn Fn() -> Vec<Entry> + Send + Sync> = Box::new(entries);
    let children = |entry: Entry| (entry.view)();
    view! { <For each=entries key=|entry: &Entry| entry.key children /> }.into_any()
}

/// Handles an event: `on:click=on(move |_| …)`.
pub fn on<E>(handle: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handle)
}

/// Does something now, once the view stands, and whenever a signal that it reads
/// has changed.
pub fn effect(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    effect_boxed(act);
}

fn effect_boxed(act: Box<dyn Fn()>) {
    Effect::new(move |_: Option<()>| act());
}

/// A value that is worked out of signals, and told on only when it has changed.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    memo_boxed(Box::new(value))
}

fn memo_boxed<T: PartialEq + Send + Sync + 'static>(
    value: Box<dyn Fn() -> T + Send + Sync>,
) -> Memo<T> {
    Memo::new(move |_| value())
}
