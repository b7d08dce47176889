//! The attributes of an element, as data.

use std::borrow::Cow;

use send_wrapper::SendWrapper;
use upstream::prelude::*;
use upstream::tachys::renderer::RemoveEventHandler;
use wasm_bindgen::JsValue;

use crate::element::Element;

/// The value of an attribute; `None` if the element does not have it.
pub type Value = Option<Cow<'static, str>>;

/// A function whose result changes with the signals that it reads.
type Reactive<T> = Box<dyn Fn() -> T + Send>;

/// What is set on an element when it is built.
pub(crate) enum Attribute {
    Fixed(&'static str, Value),
    Bound(&'static str, Reactive<Value>),
    /// A class that the element has or has not.
    Class(&'static str, Reactive<bool>),
    /// A property of the element's object.
    Property(&'static str, Reactive<bool>),
    Listener(Listener),
    /// A function that gets the element.
    Directive(SendWrapper<Box<dyn FnOnce(web_sys::Element)>>),
}

pub(crate) struct Listener {
    pub(crate) name: Cow<'static, str>,
    pub(crate) captures: bool,
    pub(crate) handle: SendWrapper<Box<dyn FnMut(JsValue)>>,
}

/// What stays of an attribute while its element exists.
pub(crate) enum AttributeState {
    Fixed(&'static str, Value),
    Bound(&'static str, RenderEffect<Value>),
    Class(&'static str, RenderEffect<bool>),
    Property(
        &'static str,
        #[expect(dead_code, reason = "it acts until it is dropped")] RenderEffect<bool>,
    ),
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
                    set_attribute(element, name, &value);
                }
                AttributeState::Fixed(name, value)
            }
            Attribute::Bound(name, value) => {
                AttributeState::Bound(name, bind(element, name, value, None))
            }
            Attribute::Class(name, is_on) => {
                AttributeState::Class(name, toggle(element, name, is_on, None))
            }
            Attribute::Property(name, is_on) => {
                AttributeState::Property(name, bind_property(element, name, is_on))
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
            (Attribute::Fixed(name, _), AttributeState::Fixed(before, _))
            | (Attribute::Bound(name, _), AttributeState::Bound(before, _))
            | (Attribute::Class(name, _), AttributeState::Class(before, _))
            | (Attribute::Property(name, _), AttributeState::Property(before, _)) => name == before,
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
                    set_attribute(element, name, &value);
                    *before = value;
                }
            }
            (Attribute::Bound(name, value), AttributeState::Bound(_, effect)) => {
                *effect = bind(element, name, value, effect.take_value());
            }
            (Attribute::Class(name, is_on), AttributeState::Class(_, effect)) => {
                *effect = toggle(element, name, is_on, effect.take_value());
            }
            (Attribute::Listener(listener), AttributeState::Listener(_, attached)) => {
                // The old one is removed first: listeners are called in the order of their adding.
                *attached = None;
                *attached = Some(listener.attach(element));
            }
            (attribute, state) => *state = attribute.build(element),
        }
    }
}

impl Listener {
    fn attach(self, element: &web_sys::Element) -> RemoveEventHandler<web_sys::Element> {
        if self.captures {
            Dom::add_event_listener_use_capture(element, &self.name, self.handle.take())
        } else {
            Dom::add_event_listener(element, &self.name, self.handle.take())
        }
    }
}

fn set_attribute(element: &web_sys::Element, name: &str, value: &Value) {
    match value {
        Some(value) => Dom::set_attribute(element, name, value),
        None => Dom::remove_attribute(element, name),
    }
}

fn bind(
    element: &web_sys::Element,
    name: &'static str,
    value: Reactive<Value>,
    before: Option<Value>,
) -> RenderEffect<Value> {
    let element = element.clone();
    let update = move |before: Option<Value>| {
        let now = value();
        if before.unwrap_or_default() != now {
            set_attribute(&element, name, &now);
        }
        now
    };
    RenderEffect::new_with_value(update, before)
}

fn toggle(
    element: &web_sys::Element,
    name: &'static str,
    is_on: Reactive<bool>,
    before: Option<bool>,
) -> RenderEffect<bool> {
    let element = element.clone();
    let update = move |before: Option<bool>| {
        let now = is_on();
        if before.unwrap_or_default() != now {
            let _ = element.class_list().toggle_with_force(name, now);
        }
        now
    };
    RenderEffect::new_with_value(update, before)
}

fn bind_property(
    element: &web_sys::Element,
    name: &'static str,
    is_on: Reactive<bool>,
) -> RenderEffect<bool> {
    let element = element.clone();
    RenderEffect::new(move |_| {
        let now = is_on();
        Dom::set_property(&element, name, &now.into());
        now
    })
}

/// What can be the value of an attribute.
pub trait IntoValue {
    /// Sets the attribute with this value on an element.
    #[doc(hidden)]
    fn set(self, name: &'static str, on: Element) -> Element;
}

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
    #[inline(never)]
    fn set(self, name: &'static str, on: Element) -> Element {
        on.with(Attribute::Fixed(name, self.into_fixed()))
    }
}

impl IntoValue for fn() -> &'static str {
    #[inline(never)]
    fn set(self, name: &'static str, on: Element) -> Element {
        on.with(Attribute::Bound(
            name,
            Box::new(move || self().into_fixed()),
        ))
    }
}

impl<T: IntoFixed + 'static> IntoValue for Box<dyn Fn() -> T + Send> {
    #[inline(never)]
    fn set(self, name: &'static str, on: Element) -> Element {
        on.with(Attribute::Bound(
            name,
            Box::new(move || self().into_fixed()),
        ))
    }
}

/// What can be given to `class`: the classes, or one of them that the element has or has not.
pub trait IntoClass {
    /// Sets it on an element.
    #[doc(hidden)]
    fn set(self, on: Element) -> Element;
}

impl<T: IntoValue> IntoClass for T {
    fn set(self, on: Element) -> Element {
        IntoValue::set(self, "class", on)
    }
}

impl IntoClass for (&'static str, Box<dyn Fn() -> bool + Send>) {
    fn set(self, on: Element) -> Element {
        on.with(Attribute::Class(self.0, self.1))
    }
}
