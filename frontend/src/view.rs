//! Closures that share a type.
//!
//! Every closure has a type of its own, and whatever takes one is compiled anew for
//! it: in a view that is a kilobyte or two of WebAssembly each. Boxed, all that give
//! the same kind of value share one.

use leptos::prelude::*;

/// A value in a view that follows the signals that it reads.
pub type Live<T> = Box<dyn Fn() -> T + Send>;

/// Makes a value in a view follow the signals that it reads:
/// `title=live(move || name.get())`.
pub fn live<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// A piece of a view that follows the signals that it reads, and may be nothing.
pub fn part<V: IntoAny>(view: impl Fn() -> Option<V> + Send + 'static) -> Live<Option<AnyView>> {
    Box::new(move || view().map(IntoAny::into_any))
}

/// Handles an event: `on:click=on(move |_| …)`.
pub fn on<E>(handle: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handle)
}

/// Does something now, once the view stands, and whenever a signal that it reads
/// has changed.
pub fn watch(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    watch_boxed(act);
}

fn watch_boxed(act: Box<dyn Fn()>) {
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
