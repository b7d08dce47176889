//! The element.

use send_wrapper::SendWrapper;
use upstream::prelude::*;
use upstream::tachys::html::directive::IntoDirective;
use upstream::tachys::html::event::EventDescriptor;
use upstream::tachys::view::any_view::AnyViewState;
use wasm_bindgen::JsValue;
use web_sys::Node;

use crate::attribute::{Attribute, AttributeState, IntoClass, IntoValue, Kind, Listener, present};
use crate::function::{Handler, IntoHandler, Reactive};
use crate::node_ref::NodeRef;
use crate::only_in_browser;

/// An element of a view.
pub struct Element(Box<Parts>);

/// The parts are behind a pointer: a view calls many methods, and each moves the element.
struct Parts {
    tag: &'static str,
    /// `None`: HTML.
    namespace: Option<&'static str>,
    attributes: Vec<Attribute>,
    /// All its children are one view.
    child: Option<AnyView>,
}

/// Defines methods that set the attributes of the same names.
macro_rules! attributes {
    ($($method:ident $name:literal)+) => {
        $(
            #[doc = concat!("Sets `", $name, "`.")]
            #[must_use]
            pub fn $method(self, value: impl IntoValue) -> Self {
                self.attr($name, value)
            }
        )+
    };
}

impl Element {
    pub(crate) fn new(tag: &'static str, namespace: Option<&'static str>) -> Self {
        Element(Box::new(Parts {
            tag,
            namespace,
            attributes: Vec::new(),
            child: None,
        }))
    }

    #[inline(never)]
    fn with(mut self, attribute: Attribute) -> Self {
        self.0.attributes.push(attribute);
        self
    }

    /// Sets an attribute.
    // Not inlined: views consist of these calls.
    #[inline(never)]
    #[must_use]
    pub fn attr(self, name: &'static str, value: impl IntoValue) -> Self {
        self.with(value.into_attribute(name).0)
    }

    /// Sets the classes, or one class if a condition is true.
    #[inline(never)]
    #[must_use]
    pub fn class(self, class: impl IntoClass) -> Self {
        self.with(class.into_class().0)
    }

    /// Sets a property of the element's object if a condition is true.
    #[must_use]
    pub fn prop(self, name: &'static str, is_on: Reactive<bool>) -> Self {
        self.with(Attribute::Bound(Kind::Property, name, present(is_on)))
    }

    /// Handles an event.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "`view!` passes the event by value"
    )]
    pub fn on<E: EventDescriptor>(self, event: E, handle: impl IntoHandler<E::EventType>) -> Self
    where
        E::EventType: From<JsValue> + 'static,
    {
        let mut handler = handle.into_handler();
        let handle = Handler::new(move |event: JsValue| handler.run(event.into()));
        self.listen(event.name(), E::CAPTURE, handle)
    }

    #[inline(never)]
    fn listen(
        self,
        name: std::borrow::Cow<'static, str>,
        captures: bool,
        mut handler: Handler<JsValue>,
    ) -> Self {
        let owner = Owner::current().unwrap_or_default();
        let handle = Handler::new(move |event| {
            // Signals are read here without being tracked, which is meant.
            #[cfg(debug_assertions)]
            let _zone = upstream::reactive::diagnostics::SpecialNonReactiveZone::enter();
            owner.with(|| handler.run(event));
        });
        self.with(Attribute::Listener(Listener {
            name,
            captures,
            handle: SendWrapper::new(handle),
        }))
    }

    /// Gives the element to a function.
    #[must_use]
    pub fn directive<T: ?Sized, P: 'static, D: IntoDirective<T, P> + 'static>(
        self,
        directive: D,
        parameter: P,
    ) -> Self {
        let run: Box<dyn FnOnce(web_sys::Element)> =
            Box::new(move |element| directive.run(element, parameter));
        self.with(Attribute::Directive(SendWrapper::new(run)))
    }

    /// Keeps the element in a reference.
    #[must_use]
    pub fn node_ref<E: 'static>(self, node: NodeRef<E>) -> Self {
        let run: Box<dyn FnOnce(web_sys::Element)> = Box::new(move |element| node.load(element));
        self.with(Attribute::Directive(SendWrapper::new(run)))
    }

    /// Sets its children.
    #[must_use]
    pub fn child<C: IntoRender>(self, child: C) -> Self
    where
        C::Output: RenderHtml,
    {
        self.with_child(child.into_render().into_any())
    }

    #[inline(never)]
    fn with_child(mut self, child: AnyView) -> Self {
        self.0.child = Some(child);
        self
    }

    attributes! {
        aria_activedescendant "aria-activedescendant"
        aria_atomic "aria-atomic"
        aria_autocomplete "aria-autocomplete"
        aria_busy "aria-busy"
        aria_checked "aria-checked"
        aria_controls "aria-controls"
        aria_current "aria-current"
        aria_describedby "aria-describedby"
        aria_disabled "aria-disabled"
        aria_expanded "aria-expanded"
        aria_haspopup "aria-haspopup"
        aria_hidden "aria-hidden"
        aria_invalid "aria-invalid"
        aria_keyshortcuts "aria-keyshortcuts"
        aria_label "aria-label"
        aria_labelledby "aria-labelledby"
        aria_live "aria-live"
        aria_modal "aria-modal"
        aria_multiselectable "aria-multiselectable"
        aria_orientation "aria-orientation"
        aria_pressed "aria-pressed"
        aria_required "aria-required"
        aria_selected "aria-selected"
        aria_valuemax "aria-valuemax"
        aria_valuemin "aria-valuemin"
        aria_valuenow "aria-valuenow"
        aria_valuetext "aria-valuetext"
        accept "accept"
        action "action"
        alt "alt"
        autocapitalize "autocapitalize"
        autocomplete "autocomplete"
        autofocus "autofocus"
        checked "checked"
        cols "cols"
        colspan "colspan"
        datetime "datetime"
        dir "dir"
        disabled "disabled"
        download "download"
        draggable "draggable"
        enctype "enctype"
        enterkeyhint "enterkeyhint"
        r#for "for"
        form "form"
        formaction "formaction"
        height "height"
        hidden "hidden"
        href "href"
        hreflang "hreflang"
        id "id"
        inert "inert"
        inputmode "inputmode"
        lang "lang"
        list "list"
        max "max"
        maxlength "maxlength"
        method "method"
        min "min"
        minlength "minlength"
        multiple "multiple"
        name "name"
        novalidate "novalidate"
        open "open"
        pattern "pattern"
        placeholder "placeholder"
        popover "popover"
        popovertarget "popovertarget"
        readonly "readonly"
        rel "rel"
        required "required"
        role "role"
        rows "rows"
        scope "scope"
        selected "selected"
        size "size"
        spellcheck "spellcheck"
        src "src"
        step "step"
        style "style"
        tabindex "tabindex"
        target "target"
        title "title"
        translate "translate"
        r#type "type"
        value "value"
        width "width"
        wrap "wrap"
    }
}

/// An element that was built.
pub struct ElementState {
    tag: &'static str,
    element: web_sys::Element,
    attributes: Vec<AttributeState>,
    child: Option<AnyViewState>,
}

impl Render for Element {
    type State = ElementState;

    fn build(self) -> ElementState {
        let element = Dom::create_element(self.0.tag, self.0.namespace);
        let attributes = self.0.attributes.into_iter();
        let attributes = attributes.map(|attribute| attribute.build(&element));
        let attributes = attributes.collect();
        let child = self.0.child.map(|child| {
            let mut child = child.build();
            child.mount(&element, None);
            child
        });
        ElementState {
            tag: self.0.tag,
            element,
            attributes,
            child,
        }
    }

    fn rebuild(self, state: &mut ElementState) {
        if !self.replaces(state) {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
            return;
        }
        for (attribute, state_of_it) in self.0.attributes.into_iter().zip(&mut state.attributes) {
            attribute.rebuild(&state.element, state_of_it);
        }
        if let (Some(child), Some(before)) = (self.0.child, &mut state.child) {
            child.rebuild(before);
        }
    }
}

impl Element {
    /// Whether it is the same element with other values.
    fn replaces(&self, before: &ElementState) -> bool {
        let mut attributes = self.0.attributes.iter().zip(&before.attributes);
        self.0.tag == before.tag
            && self.0.attributes.len() == before.attributes.len()
            && self.0.child.is_some() == before.child.is_some()
            && attributes.all(|(attribute, before)| attribute.replaces(before))
    }
}

impl Mountable for ElementState {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.element.clone()]
    }
}

only_in_browser!(Element, ElementState);
