//! The attributes of an element, as data.

use std::borrow::Cow;

use send_wrapper::SendWrapper;
use upstream::prelude::*;
use upstream::tachys::renderer::RemoveEventHandler;
use wasm_bindgen::JsValue;

use crate::function::{Handler, Reactive};

/// The value of an attribute; `None` if the element does not have it.
pub type Value = Option<Cow<'static, str>>;

/// What is set on an element when it is built.
pub(crate) enum Attribute {
    Fixed(&'static str, Value),
    Bound(Kind, &'static str, Reactive<Value>),
    Listener(Listener),
    /// A function that gets the element.
    Directive(SendWrapper<Box<dyn FnOnce(web_sys::Element)>>),
}

/// What changes with signals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Attribute,
    /// A class that the element has or has not.
    Class,
    /// A property of the element's object, which is true or false.
    Property,
}

pub(crate) struct Listener {
    pub(crate) name: Cow<'static, str>,
    pub(crate) captures: bool,
    pub(crate) handle: SendWrapper<Handler<JsValue>>,
}

/// What stays of an attribute while its element exists.
pub(crate) enum AttributeState {
    Fixed(&'static str, Value),
    Bound(Kind, &'static str, RenderEffect<Value>),
    Listener(
        Cow<'static, str>,
        Option<RemoveEventHandler<web_sys::Element>>,
    ),
    Directive,
}

impl Attribute {
    /// Sets it on an element.
    pub(crate) fn build(self, element: &web_sys::Element) -> AttributeState {
        match self {
            Attribute::Fixed(name, value) => {
                if value.is_some() {
                    set(Kind::Attribute, element, name, &value);
                }
                AttributeState::Fixed(name, value)
            }
            Attribute::Bound(kind, name, value) => {
                AttributeState::Bound(kind, name, bind(kind, element, name, value, None))
            }
            Attribute::Listener(listener) => {
                let name = listener.name.clone();
                AttributeState::Listener(name, Some(listener.attach(element)))
            }
            Attribute::Directive(run) => {
                run.take()(element.clone());
                AttributeState::Directive
            }
        }
    }

    /// Whether it is the same attribute of another version of the element.
    pub(crate) fn replaces(&self, before: &AttributeState) -> bool {
        match (self, before) {
            (Attribute::Fixed(name, _), AttributeState::Fixed(before, _)) => name == before,
            (Attribute::Bound(kind, name, _), AttributeState::Bound(of, before, _)) => {
                kind == of && name == before
            }
            (Attribute::Listener(listener), AttributeState::Listener(before, _)) => {
                listener.name == *before
            }
            (Attribute::Directive(_), AttributeState::Directive) => true,
            _ => false,
        }
    }

    /// Sets it in place of the one of before, which it [replaces](Self::replaces).
    pub(crate) fn rebuild(self, element: &web_sys::Element, state: &mut AttributeState) {
        match (self, &mut *state) {
            (Attribute::Fixed(name, value), AttributeState::Fixed(_, before)) => {
                if value != *before {
                    set(Kind::Attribute, element, name, &value);
                    *before = value;
                }
            }
            (Attribute::Bound(kind, name, value), AttributeState::Bound(_, _, effect)) => {
                *effect = bind(kind, element, name, value, effect.take_value());
            }
            (Attribute::Listener(listener), AttributeState::Listener(_, attached)) => {
                // Never both at once.
                *attached = None;
                *attached = Some(listener.attach(element));
            }
            (attribute, state) => *state = attribute.build(element),
        }
    }
}

impl Listener {
    fn attach(self, element: &web_sys::Element) -> RemoveEventHandler<web_sys::Element> {
        let mut handler = self.handle.take();
        let handle = Box::new(move |event| handler.run(event));
        if self.captures {
            Dom::add_event_listener_use_capture(element, &self.name, handle)
        } else {
            Dom::add_event_listener(element, &self.name, handle)
        }
    }
}

fn set(kind: Kind, element: &web_sys::Element, name: &str, value: &Value) {
    match (kind, value) {
        (Kind::Attribute, Some(value)) => Dom::set_attribute(element, name, value),
        (Kind::Attribute, None) => Dom::remove_attribute(element, name),
        (Kind::Class, value) => {
            let _ = (element.class_list()).toggle_with_force(name, value.is_some());
        }
        (Kind::Property, value) => Dom::set_property(element, name, &value.is_some().into()),
    }
}

fn bind(
    kind: Kind,
    element: &web_sys::Element,
    name: &'static str,
    value: Reactive<Value>,
    before: Option<Value>,
) -> RenderEffect<Value> {
    let element = element.clone();
    let update = move |before: Option<Value>| {
        let now = value.now();
        if before.unwrap_or_default() != now {
            set(kind, &element, name, &now);
        }
        now
    };
    RenderEffect::new_with_value(update, before)
}

/// `view!` calls it for the values of some attributes. Each is what it is already.
pub trait IntoAttributeValue {
    /// The value.
    #[must_use]
    fn into_attribute_value(self) -> Self;
}

impl<T> IntoAttributeValue for T {
    fn into_attribute_value(self) -> Self {
        self
    }
}

/// What can be the value of an attribute.
pub trait IntoValue {
    /// The attribute with this value.
    #[doc(hidden)]
    fn into_attribute(self, name: &'static str) -> Set;
}

/// An attribute that an [`Element`](crate::Element) can have.
pub struct Set(pub(crate) Attribute);

/// What can be a value that does not change by itself.
pub trait IntoFixed {
    /// The value.
    fn into_fixed(self) -> Value;
}

impl IntoFixed for &'static str {
    fn into_fixed(self) -> Value {
        Some(Cow::Borrowed(self))
    }
}

impl IntoFixed for String {
    fn into_fixed(self) -> Value {
        Some(Cow::Owned(self))
    }
}

/// An attribute without a text, which the element has or has not.
impl IntoFixed for bool {
    fn into_fixed(self) -> Value {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: IntoFixed> IntoFixed for Option<T> {
    fn into_fixed(self) -> Value {
        self.and_then(T::into_fixed)
    }
}

impl<T: IntoFixed> IntoValue for T {
    fn into_attribute(self, name: &'static str) -> Set {
        Set(Attribute::Fixed(name, self.into_fixed()))
    }
}

impl IntoValue for fn() -> &'static str {
    fn into_attribute(self, name: &'static str) -> Set {
        let value = Reactive::new(move || self().into_fixed());
        Set(Attribute::Bound(Kind::Attribute, name, value))
    }
}

impl<T: IntoFixed + 'static> IntoValue for Reactive<T> {
    fn into_attribute(self, name: &'static str) -> Set {
        let value = Reactive::new(move || self.now().into_fixed());
        Set(Attribute::Bound(Kind::Attribute, name, value))
    }
}

/// What can be given to `class`: the classes, or one of them that the element has or has not.
pub trait IntoClass {
    /// The attribute.
    #[doc(hidden)]
    fn into_class(self) -> Set;
}

impl<T: IntoValue> IntoClass for T {
    fn into_class(self) -> Set {
        self.into_attribute("class")
    }
}

impl IntoClass for (&'static str, Reactive<bool>) {
    fn into_class(self) -> Set {
        Set(Attribute::Bound(Kind::Class, self.0, present(self.1)))
    }
}

/// Without a text: what the element has or has not.
pub(crate) fn present(is_on: Reactive<bool>) -> Reactive<Value> {
    Reactive::new(move || is_on.now().into_fixed())
}
