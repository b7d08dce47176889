//! Functions as values.
//!
//! A closure that becomes a `Box<dyn Fn()>` gets a table with an entry for each of the three ways to
//! call it, and for each some code. The page has hundreds of closures. These traits have one way.

use upstream::prelude::*;
use upstream::tachys::view::any_view::AnyViewState;
use web_sys::Node;

use crate::only_in_browser;

/// What can be computed again and again.
pub trait Compute<T> {
    /// Computes it.
    fn compute(&self) -> T;
}

impl<T, F: Fn() -> T> Compute<T> for F {
    fn compute(&self) -> T {
        self()
    }
}

/// What handles events.
pub trait Handle<E> {
    /// Handles one.
    fn handle(&mut self, event: E);
}

impl<E, F: FnMut(E)> Handle<E> for F {
    fn handle(&mut self, event: E) {
        self(event);
    }
}

/// A value in a view that is updated when the signals that it reads change.
pub struct Reactive<T>(Box<dyn Compute<T> + Send>);

impl<T> Reactive<T> {
    /// The value that the function returns.
    pub fn new(value: impl Compute<T> + Send + 'static) -> Self {
        Reactive(Box::new(value))
    }

    /// The present value.
    pub fn now(&self) -> T {
        self.0.compute()
    }
}

/// A function that handles events, for `on:click=…`.
pub struct Handler<E>(Box<dyn Handle<E>>);

impl<E> Handler<E> {
    /// The function.
    pub fn new(handle: impl Handle<E> + 'static) -> Self {
        Handler(Box::new(handle))
    }

    /// Handles an event.
    pub fn run(&mut self, event: E) {
        self.0.handle(event);
    }
}

/// What an element takes as the handler of an event.
pub trait IntoHandler<E> {
    /// The handler.
    fn into_handler(self) -> Handler<E>;
}

impl<E> IntoHandler<E> for Handler<E> {
    fn into_handler(self) -> Handler<E> {
        self
    }
}

impl<E, F: FnMut(E) + 'static> IntoHandler<E> for F {
    fn into_handler(self) -> Handler<E> {
        Handler::new(self)
    }
}

/// A view that was built, and is updated until this is dropped.
pub struct ReactiveState(RenderEffect<AnyViewState>);

/// With the view its own effects end, at once: the task of the effect still has it for a while, and
/// they would read signals whose owner has ended.
impl Drop for ReactiveState {
    fn drop(&mut self) {
        drop(self.0.take_value());
    }
}

impl Mountable for ReactiveState {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        self.0.elements()
    }
}

impl Render for Reactive<AnyView> {
    type State = ReactiveState;

    fn build(self) -> Self::State {
        ReactiveState(RenderEffect::new(move |before: Option<AnyViewState>| {
            let view = self.now();
            match before {
                Some(mut state) => {
                    view.rebuild(&mut state);
                    state
                }
                None => view.build(),
            }
        }))
    }

    fn rebuild(self, state: &mut Self::State) {
        let new = self.build();
        let mut before = std::mem::replace(state, new);
        before.insert_before_this(state);
        before.unmount();
    }
}

only_in_browser!(Reactive<AnyView>, ReactiveState);
