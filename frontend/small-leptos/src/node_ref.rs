//! References to elements of a view.

use std::marker::PhantomData;

use send_wrapper::SendWrapper;
use upstream::tachys::html::element::ElementType;
use wasm_bindgen::JsCast;

use crate::signal::{Readable as _, RwSignal, Writable as _};

/// The element of a view that has it as its `node_ref`, as soon as that exists.
pub struct NodeRef<E>(
    RwSignal<Option<SendWrapper<web_sys::Element>>>,
    PhantomData<fn() -> E>,
);

impl<E> Copy for NodeRef<E> {}

impl<E> Clone for NodeRef<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Default for NodeRef<E> {
    fn default() -> Self {
        NodeRef(RwSignal::new(None), PhantomData)
    }
}

impl<E> NodeRef<E> {
    /// A reference to no element yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the element.
    pub(crate) fn load(self, element: web_sys::Element) {
        self.0.set(Some(SendWrapper::new(element)));
    }
}

impl<E: ElementType> NodeRef<E>
where
    E::Output: JsCast,
{
    /// The element; tracked.
    pub fn get(self) -> Option<E::Output> {
        typed(self.0.try_get().flatten())
    }

    /// The element.
    pub fn get_untracked(self) -> Option<E::Output> {
        typed(self.0.try_get_untracked().flatten())
    }
}

/// The element of its own type: the view has made one with this tag.
fn typed<T: JsCast>(element: Option<SendWrapper<web_sys::Element>>) -> Option<T> {
    Some(element?.take().unchecked_into())
}
