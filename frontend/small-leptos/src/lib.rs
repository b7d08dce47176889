//! Leptos, with one type for all elements of a view and one for the values of all signals.
//!
//! In Leptos the type of an element contains the types of its attributes. The code that builds and
//! updates an element is compiled again for each of them, which was a tenth of the page. Here there
//! is one [`Element`], and its attributes are data.
//!
//! `view!` names Leptos' functions by their paths, such as `::leptos::tachys::html::element::div`,
//! and calls their methods. So this crate has the same paths, and the page uses it under the name
//! `leptos`. In
//! the same way a [signal](prelude::RwSignal), a memo, a stored value and a reference to an element
//! keep what they have behind a pointer. All the rest is Leptos' own.

mod attribute;
mod element;
mod function;
mod list;
mod node_ref;
mod render;
mod signal;
mod stored_value;

pub use upstream::*;

pub use attribute::{IntoClass, IntoValue, Value};
pub use element::Element;
pub use function::{Compute, Handle, Handler, IntoHandler, Reactive};
pub use list::{List, ListEntry};
use render::only_in_browser;

/// Defines the functions that make elements.
macro_rules! elements {
    ($namespace:expr, $($tag:ident)+) => {
        $(
            #[doc = concat!("A `", stringify!($tag), "` element.")]
            pub fn $tag() -> $crate::Element {
                $crate::Element::new(stringify!($tag), $namespace)
            }
        )+
    };
}

/// What the page uses of Leptos, as in Leptos.
pub mod prelude {
    pub use upstream::prelude::*;

    pub use crate::attribute::IntoAttributeValue;
    pub use crate::node_ref::NodeRef;
    pub use crate::signal::{
        ArcRwSignal, Memo, ReadSignal, Readable, RwSignal, SignalValue, Writable,
    };
    pub use crate::stored_value::StoredValue;
}

/// Leptos' rendering.
pub mod tachys {
    pub use upstream::tachys::*;

    /// HTML.
    pub mod html {
        pub use upstream::tachys::html::*;

        /// The elements of HTML.
        pub mod element {
            pub use upstream::tachys::html::element::*;

            elements! { None,
                a abbr address article aside b bdi bdo blockquote br button canvas caption cite code
                col colgroup data datalist dd del details dfn dialog div dl dt em fieldset figcaption
                figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend
                li main mark menu meter nav ol optgroup option output p picture pre progress q s samp
                search section select small span strong sub summary sup table tbody td template
                textarea tfoot th thead time tr u ul var video wbr
            }
        }
    }

    /// The elements of SVG.
    pub mod svg {
        pub use upstream::tachys::svg::*;

        elements! { Some("http://www.w3.org/2000/svg"),
            circle ellipse g line path polygon polyline rect svg
        }
    }
}
