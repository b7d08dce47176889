//! What Leptos asks of a view beside building it. The page is rendered in the browser only.

/// Implements it for a view and its state.
macro_rules! only_in_browser {
    ($view:ty, $state:ty) => {
        /// Attributes that are given to a component have no effect, as with texts.
        impl AddAnyAttr for $view {
            type Output<NewAttr: upstream::tachys::html::attribute::Attribute> = Self;

            fn add_any_attr<NewAttr: upstream::tachys::html::attribute::Attribute>(
                self,
                _: NewAttr,
            ) -> Self {
                self
            }
        }

        impl RenderHtml for $view {
            type AsyncOutput = Self;
            type Owned = Self;

            const MIN_LENGTH: usize = 0;

            fn dry_resolve(&mut self) {}

            async fn resolve(self) -> Self {
                self
            }

            fn to_html_with_buf(
                self,
                _: &mut String,
                _: &mut upstream::tachys::view::Position,
                _: bool,
                _: bool,
                _: Vec<upstream::tachys::html::attribute::any_attribute::AnyAttribute>,
            ) {
                unreachable!("there is no rendering on the server")
            }

            fn hydrate<const FROM_SERVER: bool>(
                self,
                _: &upstream::tachys::hydration::Cursor,
                _: &upstream::tachys::view::PositionState,
            ) -> $state {
                unreachable!("there is no rendering on the server")
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    };
}
pub(crate) use only_in_browser;
