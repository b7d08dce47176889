//! Drawers: the panes that open over the conversation on narrow screens. While one is open, the
//! rest of the page is inert. The focus moves into it and back. A swipe, which it follows, Esc
//! and the browser's Back close it. Back closes a dialog first.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, TouchEvent};

use super::dialogs::Dialogs;
use crate::browser::{
    Listener, document, matches, next_frame, on_document, on_window, pixels, window,
};
use crate::navigation;
use crate::state::Client;
use crate::view::effect;

/// As in `shell.css`.
const PEOPLE_SLIDES: &str = "(width < 68rem)";
const SIDEBAR_SLIDES: &str = "(width < 45rem)";

/// The least length of a swipe (in pixels), and the least ratio of its width to its height.
const SWIPE: f64 = 56.0;
const FLAT: f64 = 2.0;
/// A touch that has moved less far is no swipe yet.
const SLACK: f64 = 10.0;
/// Swipes that begin at the very edge are the browser's own.
const EDGE: f64 = 20.0;

/// A drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawer {
    Sidebar,
    People,
}

impl Drawer {
    fn selector(self) -> &'static str {
        match self {
            Drawer::Sidebar => ".shell__sidebar",
            Drawer::People => ".shell__people",
        }
    }

    /// Whether it is open.
    fn pane(self, client: Client) -> RwSignal<bool> {
        match self {
            Drawer::Sidebar => client.panes().sidebar,
            Drawer::People => client.panes().people,
        }
    }

    /// Places the drawer where the finger has dragged it: `dx` pixels from where it was.
    fn follow(self, dx: f64, was_open: bool) {
        let Some(pane) = find(self.selector()) else {
            return;
        };
        let width = f64::from(pane.offset_width());
        let side = if self == Drawer::Sidebar { -1.0 } else { 1.0 };
        let closed = if was_open { 0.0 } else { width };
        // Its distance from the open position. (`clamp` would bring the formatting of floats.)
        let distance = (closed + side * dx).max(0.0).min(width);
        let shift = format!("translateX({})", pixels(side * distance));
        for (property, value) in [
            ("transform", shift.as_str()),
            ("visibility", "visible"),
            ("transition", "none"),
        ] {
            let _ = pane.style().set_property(property, value);
        }
    }

    /// The finger has left the screen: the drawer goes where it belongs.
    fn release(self) {
        if let Some(pane) = find(self.selector()) {
            pane.style().set_css_text("");
        }
    }
}

/// Handles the drawers, as long as the page lives.
pub fn follow(client: Client, dialogs: Dialogs) {
    let opener = Cell::new(None::<HtmlElement>);
    let shown = Cell::new(None);
    let depth = Cell::new(0);
    effect(move || {
        let panes = client.panes();
        // Both are always read, so that the effect tracks both.
        let (sidebar, people) = (panes.sidebar.get(), panes.people.get());
        let open = open_drawer(sidebar, people);
        let overlays = i32::from(open.is_some()) + i32::from(dialogs.current().is_some());
        if depth.replace(overlays) != overlays {
            navigation::set_overlay_depth(overlays);
        }
        if shown.replace(open) != open {
            make_others_inert(open);
            if let Some(drawer) = open {
                let focused = document().active_element();
                opener.set(focused.and_then(|element| element.dyn_into().ok()));
                focus_inside(drawer);
            } else {
                return_focus(opener.take());
            }
        }
    });
    // A pane next to the conversation must not cover it when the window becomes narrow.
    if let Ok(Some(query)) = window().match_media(PEOPLE_SLIDES) {
        let narrow = query.clone();
        Listener::new(&query, "change", move |_| {
            client.panes().people.set(!narrow.matches());
            client.panes().sidebar.set(false);
        })
        .with_owner();
    }
    on_window("popstate", move |_| {
        let depth = navigation::overlay_depth();
        let panes = client.panes();
        let drawer = open_drawer(panes.sidebar.get_untracked(), panes.people.get_untracked());
        if dialogs.is_open() && depth <= i32::from(drawer.is_some()) {
            dialogs.close();
        }
        if depth == 0 {
            close(client);
        }
    })
    .with_owner();
    listen_for_swipes(client);
}

/// Closes the open drawer whenever another address is shown, as long as the page lives.
pub fn close_on_navigation(client: Client) {
    // Closed after the address has changed, not at the click: the new address replaces the
    // drawer's history entry.
    let route = client.route();
    let first = Cell::new(true);
    effect(move || {
        route.track();
        if !first.take() {
            close(client);
        }
    });
}

/// Closes the open drawer. Returns whether one was open.
pub fn close(client: Client) -> bool {
    let panes = client.panes();
    let open = open_drawer(panes.sidebar.get_untracked(), panes.people.get_untracked());
    if let Some(drawer) = open {
        drawer.pane(client).set(false);
    }
    open.is_some()
}

fn open_drawer(sidebar: bool, people: bool) -> Option<Drawer> {
    if sidebar && matches(SIDEBAR_SLIDES) {
        Some(Drawer::Sidebar)
    } else if people && matches(PEOPLE_SLIDES) {
        Some(Drawer::People)
    } else {
        None
    }
}

/// Makes everything but the open drawer inert.
fn make_others_inert(open: Option<Drawer>) {
    for selector in [".shell__sidebar", ".shell__main", ".shell__people"] {
        if let Some(pane) = find(selector) {
            pane.set_inert(open.is_some_and(|drawer| drawer.selector() != selector));
        }
    }
}

fn focus_inside(drawer: Drawer) {
    // A hidden element gets no focus, and the style changes only with the next frame.
    next_frame(move || {
        let target = find(drawer.selector()).and_then(|pane| {
            let inside = pane.query_selector("[aria-current], button").ok()??;
            inside.dyn_into::<HtmlElement>().ok()
        });
        if let Some(target) = target {
            let _ = target.focus();
        }
    });
}

fn return_focus(opener: Option<HtmlElement>) {
    if let Some(opener) = opener.filter(|opener| opener.is_connected()) {
        let _ = opener.focus();
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    let element = document().query_selector(selector).ok().flatten()?;
    element.dyn_into().ok()
}

/// A touch, which may become a swipe.
#[derive(Clone, Copy)]
struct Swipe {
    /// Where it began.
    from: (f64, f64),
    /// The drawer that follows the finger, and whether it was open; `None` while the touch may
    /// still become anything else.
    follows: Option<(Drawer, bool)>,
}

fn listen_for_swipes(client: Client) {
    let swipe = Rc::new(Cell::new(None::<Swipe>));
    for name in ["touchstart", "touchmove", "touchend", "touchcancel"] {
        let swipe = Rc::clone(&swipe);
        on_document(name, move |event| {
            if let Some(event) = event.dyn_ref::<TouchEvent>() {
                swipe.set(touched(client, swipe.take(), event));
            }
        })
        .with_owner();
    }
}

/// Handles an event of a touch. Returns what the touch is now.
fn touched(client: Client, swipe: Option<Swipe>, event: &TouchEvent) -> Option<Swipe> {
    let touch = event.changed_touches().get(0)?;
    let at = (f64::from(touch.client_x()), f64::from(touch.client_y()));
    if event.type_() == "touchstart" {
        let is_swipe = event.touches().length() == 1 && at.0 > EDGE && !takes_swipes(event);
        if let Some((drawer, _)) = swipe.and_then(|swipe| swipe.follows) {
            drawer.release();
        }
        return is_swipe.then_some(Swipe {
            from: at,
            follows: None,
        });
    }
    let swipe = swipe?;
    let (dx, dy) = (at.0 - swipe.from.0, at.1 - swipe.from.1);
    if event.type_() == "touchmove" {
        if let Some((drawer, was_open)) = swipe.follows {
            drawer.follow(dx, was_open);
            return Some(swipe);
        }
        let is_flat = dx.abs() >= FLAT * dy.abs();
        if dx.abs().max(dy.abs()) < SLACK {
            return Some(swipe);
        }
        // Scrolling, or a long press that has opened its sheet, is no swipe.
        let is_free = matches!(document().query_selector("dialog[open]"), Ok(None));
        let follows = drawer_for(client, dx > 0.0).filter(|_| is_flat && is_free)?;
        return Some(Swipe {
            follows: Some(follows),
            ..swipe
        });
    }
    let (drawer, was_open) = swipe.follows?;
    drawer.release();
    let outwards = (drawer == Drawer::Sidebar) == was_open;
    let way = if outwards { -dx } else { dx };
    if event.type_() == "touchend" && way >= SWIPE {
        drawer.pane(client).set(!was_open);
    }
    None
}

/// Whether a swipe there has another meaning: horizontal scrolling, or a selection.
fn takes_swipes(event: &TouchEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        let found = element.closest("pre, input, textarea, dialog");
        found.is_ok_and(|found| found.is_some())
    })
}

/// The drawer that a swipe moves, and whether it is open.
fn drawer_for(client: Client, to_the_right: bool) -> Option<(Drawer, bool)> {
    let panes = client.panes();
    let open = open_drawer(panes.sidebar.get_untracked(), panes.people.get_untracked());
    match (open, to_the_right) {
        (None, true) if matches(SIDEBAR_SLIDES) => Some((Drawer::Sidebar, false)),
        (None, false) if matches(PEOPLE_SLIDES) && find(Drawer::People.selector()).is_some() => {
            Some((Drawer::People, false))
        }
        (Some(Drawer::Sidebar), false) => Some((Drawer::Sidebar, true)),
        (Some(Drawer::People), true) => Some((Drawer::People, true)),
        _ => None,
    }
}
