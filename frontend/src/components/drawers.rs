//! Drawers: the panes that open over the conversation on narrow screens. While one is open, the
//! rest of the page is inert. The focus moves into it and back. A swipe, Esc and the browser's
//! Back close it. Back closes a dialog first.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, TouchEvent};

use super::dialogs::Dialogs;
use crate::browser::{Listener, document, matches, next_frame, on_document, on_window, window};
use crate::navigation;
use crate::state::Client;
use crate::view::effect;

/// As in `shell.css`.
const PEOPLE_SLIDES: &str = "(width < 68rem)";
const SIDEBAR_SLIDES: &str = "(width < 45rem)";

/// The least length of a swipe (in pixels), and the least ratio of its width to its height.
const SWIPE: f64 = 56.0;
const FLAT: f64 = 2.0;
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

/// Closes the open drawer. Returns whether one was open.
pub fn close(client: Client) -> bool {
    let panes = client.panes();
    let open = open_drawer(panes.sidebar.get_untracked(), panes.people.get_untracked());
    match open {
        Some(Drawer::Sidebar) => panes.sidebar.set(false),
        Some(Drawer::People) => panes.people.set(false),
        None => {}
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

fn listen_for_swipes(client: Client) {
    let start = Rc::new(Cell::new(None::<(f64, f64)>));
    let begin = Rc::clone(&start);
    on_document("touchstart", move |event| {
        let touched = event
            .dyn_ref::<TouchEvent>()
            .filter(|event| event.touches().length() == 1 && !takes_swipes(event))
            .and_then(|event| event.touches().get(0))
            .map(|touch| (f64::from(touch.client_x()), f64::from(touch.client_y())));
        begin.set(touched);
    })
    .with_owner();
    on_document("touchend", move |event| {
        let ended = event
            .dyn_ref::<TouchEvent>()
            .and_then(|event| event.changed_touches().get(0));
        let Some(((from_x, from_y), touch)) = start.take().zip(ended) else {
            return;
        };
        let (dx, dy) = (
            f64::from(touch.client_x()) - from_x,
            f64::from(touch.client_y()) - from_y,
        );
        if from_x > EDGE && dx.abs() >= SWIPE && dx.abs() >= FLAT * dy.abs() {
            swiped(client, dx > 0.0);
        }
    })
    .with_owner();
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

fn swiped(client: Client, to_the_right: bool) {
    let panes = client.panes();
    let open = open_drawer(panes.sidebar.get_untracked(), panes.people.get_untracked());
    match (open, to_the_right) {
        (None, true) if matches(SIDEBAR_SLIDES) => panes.sidebar.set(true),
        (None, false) if matches(PEOPLE_SLIDES) && find(Drawer::People.selector()).is_some() => {
            panes.people.set(true);
        }
        (Some(Drawer::Sidebar), false) => panes.sidebar.set(false),
        (Some(Drawer::People), true) => panes.people.set(false),
        _ => {}
    }
}
