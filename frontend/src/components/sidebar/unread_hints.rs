//! Unread rooms that are scrolled out of sight: how many messages wait above and below, on buttons
//! that lead there.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser::{self, Listener};
use crate::components::focus::scroll_to_nearest;
use crate::i18n::t;
use crate::state::use_client;
use crate::view::{dynamic_text, effect, on, optional_view, set_text};

/// A side of the list on which rooms are out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// What is unread out of sight.
#[derive(Clone, Copy)]
struct UnreadHints {
    scroller: NodeRef<html::Div>,
    above: RwSignal<u64>,
    below: RwSignal<u64>,
    is_scheduled: StoredValue<bool>,
}

/// The buttons, for the rooms of a scroller.
pub(in crate::components) fn unread_hints(scroller: NodeRef<html::Div>) -> AnyView {
    let hints = UnreadHints::follow(scroller);
    view! {
        {hints.button(Side::Above)}
        {hints.button(Side::Below)}
    }
    .into_any()
}

impl UnreadHints {
    /// Follows what is unread in the rooms of a scroller.
    fn follow(scroller: NodeRef<html::Div>) -> Self {
        let client = use_client();
        let hints = UnreadHints {
            scroller,
            above: RwSignal::new(0),
            below: RwSignal::new(0),
            is_scheduled: StoredValue::new(false),
        };
        let (unread, sections) = (client.unread(), client.sections());
        effect(move || {
            unread.track();
            sections.track();
            hints.update_soon();
        });
        effect(move || {
            if let Some(scroller) = scroller.get() {
                Listener::new(&scroller, "scroll", move |_| hints.update_soon()).with_owner();
            }
        });
        browser::on_window("resize", move |_| hints.update_soon()).with_owner();
        hints
    }

    /// Counts again in the next frame, when the list is rendered.
    fn update_soon(self) {
        if self.is_scheduled.try_get_value() != Some(false) {
            return;
        }
        self.is_scheduled.set_value(true);
        browser::next_frame(move || {
            self.is_scheduled.set_value(false);
            for (side, count) in [(Side::Above, self.above), (Side::Below, self.below)] {
                let places = self.out_of_sight(side).into_iter();
                let waiting = places.map(|place| unread_of(&place)).sum();
                if count.try_get_untracked() != Some(waiting) {
                    let _ = count.try_set(waiting);
                }
            }
        });
    }

    /// The button of a side, while something is unread there.
    fn button(self, side: Side) -> AnyView {
        let (count, class, arrow) = match side {
            Side::Above => (self.above, "sidebar__hint sidebar__hint--above", "↑ "),
            Side::Below => (self.below, "sidebar__hint", "↓ "),
        };
        let show = move |_| {
            let places = self.out_of_sight(side);
            let nearest = match side {
                Side::Above => places.last(),
                Side::Below => places.first(),
            };
            if let Some(place) = nearest {
                scroll_to_nearest(place);
            }
        };
        let button = optional_view(move || {
            (count.get() > 0).then(|| {
                view! {
                    <button class=class type="button" on:click=on(show)>
                        <span aria-hidden="true">{arrow}</span>
                        <span use:set_text=dynamic_text(move || (t().sidebar.more_unread)(count.get()))></span>
                    </button>
                }
            })
        });
        view! { {button} }.into_any()
    }

    /// The unread rooms out of sight on one side, from above.
    fn out_of_sight(self, side: Side) -> Vec<Element> {
        let Some(scroller) = self.scroller.get_untracked() else {
            return Vec::new();
        };
        let Ok(places) = scroller.query_selector_all(".place[data-unread]") else {
            return Vec::new();
        };
        let pane = scroller.get_bounding_client_rect();
        let is_out = |place: &Element| {
            let place = place.get_bounding_client_rect();
            let middle = f64::midpoint(place.top(), place.bottom());
            match side {
                Side::Above => middle < pane.top(),
                Side::Below => middle > pane.bottom(),
            }
        };
        (0..places.length())
            .filter_map(|at| places.get(at)?.dyn_into::<Element>().ok())
            .filter(is_out)
            .collect()
    }
}

fn unread_of(place: &Element) -> u64 {
    let count = place.get_attribute("data-unread");
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}
