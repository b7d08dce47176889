//! Keeps the line that is being read where it is.
//!
//! At every scroll it notes one row and where it stands; whenever something has
//! changed (rows came or went, an image came in, the keyboard went up) it puts that
//! row back there. At the end of the room it keeps the end in sight instead. All of
//! it happens before the browser paints.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use shared::id::Seq;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver, ScrollToOptions};

use super::RoomContext;
use crate::state::timeline::{Edge, Goal};

/// Nearer to the end than this is at the end, in CSS pixels.
const AT_END: f64 = 8.0;
/// A part of the screen's height that stays above what was jumped to.
const HEADROOM: f64 = 0.2;

#[wasm_bindgen]
extern "C" {
    type Scrolled;
    #[wasm_bindgen(method, getter, js_name = scrollTop)]
    fn scroll_top(this: &Scrolled) -> f64;
}

pub(super) struct Keeper {
    context: RoomContext,
    scroller: HtmlElement,
    list: HtmlElement,
    anchor: RefCell<Option<Anchor>>,
    following: Cell<bool>,
    /// How far it was scrolled when that was last known.
    last_top: Cell<f64>,
    observer: RefCell<Option<Observer>>,
}

struct Observer {
    sizes: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

struct Anchor {
    row: Element,
    /// How far its upper edge stands below that of the scroller.
    offset: f64,
    /// How far the scroller was scrolled then.
    top: f64,
}

impl Keeper {
    pub(super) fn new(context: RoomContext, scroller: HtmlElement, list: HtmlElement) -> Rc<Self> {
        Rc::new(Keeper {
            context,
            scroller,
            list,
            anchor: RefCell::new(None),
            following: Cell::new(context.view().is_following()),
            last_top: Cell::new(0.0),
            observer: RefCell::new(None),
        })
    }

    /// Watches the sizes of the content and of the scroller itself.
    pub(super) fn observe(self: &Rc<Self>, content: &Element) {
        let keeper = Rc::downgrade(self);
        let callback = Closure::<dyn FnMut()>::new(move || {
            if let Some(keeper) = keeper.upgrade() {
                keeper.hold();
            }
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(content);
            observer.observe(&self.scroller);
            self.observer.replace(Some(Observer {
                sizes: observer,
                _callback: callback,
            }));
        }
    }

    /// The room is being left.
    pub(super) fn let_go(&self) {
        if let Some(observer) = self.observer.take() {
            observer.sizes.disconnect();
        }
        self.anchor.replace(None);
    }

    /// The reader, or the browser, has scrolled.
    pub(super) fn scrolled(&self) {
        if !self.scroller.is_connected() {
            return;
        }
        // The event comes late: what has grown since the scroll is put right first, and
        // a scroll of our own changes nothing in where the reader is.
        let is_own = (self.top() - self.last_top.get()).abs() < 0.5;
        self.hold();
        if !is_own {
            self.note();
        }
        self.reach();
    }

    /// Rows have come or gone: the goal if there is one, else the line as it was.
    pub(super) fn settle(&self) {
        if !self.scroller.is_connected() {
            return;
        }
        match self.context.view().take_goal() {
            Some(goal) => self.go_to(goal),
            None => self.hold(),
        }
        self.reach();
    }

    fn go_to(&self, goal: Goal) {
        match goal {
            Goal::End => {
                self.following.set(true);
                self.scroll_to(f64::from(self.scroller.scroll_height()));
            }
            Goal::Unread(seq) => {
                let headroom = f64::from(self.scroller.client_height()) * HEADROOM;
                self.bring(seq, |_| headroom);
            }
            Goal::Message(seq) => {
                let height = f64::from(self.scroller.client_height());
                let row = self.bring(seq, |row| {
                    (height - row.get_bounding_client_rect().height()) / 2.0
                });
                if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    let _ = row.focus_with_options(&options);
                }
            }
        }
        self.note();
    }

    /// Scrolls so that a row's upper edge stands at a height.
    fn bring(&self, seq: Seq, height: impl FnOnce(&Element) -> f64) -> Option<Element> {
        let selector = format!("[data-seq='{seq}']");
        let row = self.list.query_selector(&selector).ok().flatten()?;
        let by = self.offset(&row) - height(&row).max(0.0);
        self.scroll_to(self.top() + by);
        Some(row)
    }

    /// Puts the noted row, or the end, back where it was.
    fn hold(&self) {
        if self.following.get() && self.has_left_end() {
            return self.note();
        }
        if self.following.get() {
            if self.below() > 0.5 {
                self.scroll_to(f64::from(self.scroller.scroll_height()));
            }
            self.tell();
            return;
        }
        let moved = match &mut *self.anchor.borrow_mut() {
            Some(anchor) if anchor.row.is_connected() => {
                // A scroll of the reader's whose event is still to come counts; the
                // browser's own step back from an end that is gone does not.
                let scrolled = self.top() - anchor.top;
                if scrolled > 0.0 || (scrolled < 0.0 && self.below() > 0.5) {
                    anchor.offset -= scrolled;
                    anchor.top += scrolled;
                }
                Some(self.offset(&anchor.row) - anchor.offset)
            }
            _ => None,
        };
        match moved {
            Some(moved) if moved.abs() >= 0.5 => {
                self.scroll_to(self.top() + moved);
                if let Some(anchor) = &mut *self.anchor.borrow_mut() {
                    anchor.top = self.top();
                }
            }
            Some(_) => {}
            None => self.note(),
        }
        self.tell();
    }

    /// Whether the reader has gone up from the end since that was last looked at. (Who
    /// is taken up because the content has shrunk is at its end all the same.)
    fn has_left_end(&self) -> bool {
        self.top() < self.last_top.get() - 0.5 && self.below() > AT_END
    }

    /// Notes where the reader is.
    fn note(&self) {
        let at_end = self.below() <= AT_END;
        let whole = self.context.view().newer.get_untracked() == Edge::End;
        self.following.set(at_end && whole);
        self.last_top.set(self.top());
        let anchor = self.first_in_sight().map(|row| Anchor {
            offset: self.offset(&row),
            top: self.top(),
            row,
        });
        self.anchor.replace(anchor);
        self.tell();
    }

    /// Says where the reader is.
    fn tell(&self) {
        let view = self.context.view();
        let at_end = self.following.get();
        let top = self.anchor.borrow().as_ref().and_then(|a| seq_of(&a.row));
        let low = self.last_in_sight().and_then(|row| seq_of(&row));
        self.context.client.reader_is_at(&view, top, low, at_end);
        let away = !at_end && self.list.child_element_count() > 0;
        if self.context.away.try_get_untracked() == Some(!away) {
            let _ = self.context.away.try_set(away);
        }
    }

    /// Has more rows put where the reader is about to come to the last ones.
    fn reach(&self) {
        let view = self.context.view();
        let near = f64::from(self.scroller.client_height()).max(400.0) * 1.5;
        if self.top() < near {
            self.context.client.show_older(&view);
        }
        if !self.following.get() && self.below() < near {
            self.context.client.show_newer(&view);
        }
    }

    /// The first row whose upper edge is in sight; a row that fills the whole screen
    /// otherwise. What grows above such an edge does not move it.
    fn first_in_sight(&self) -> Option<Element> {
        let rows = self.list.children();
        let first = self.search(|row| self.offset(row) >= 0.0);
        let height = f64::from(self.scroller.client_height());
        let found = rows.item(first).filter(|row| self.offset(row) < height);
        found.or_else(|| rows.item(first.checked_sub(1)?))
    }

    /// The last row whose upper edge is in sight.
    fn last_in_sight(&self) -> Option<Element> {
        let height = f64::from(self.scroller.client_height());
        let below = self.search(|row| self.offset(row) >= height);
        self.list.children().item(below.checked_sub(1)?)
    }

    /// The index of the first row of which this holds; rows stand in their order.
    fn search(&self, holds: impl Fn(&Element) -> bool) -> u32 {
        let rows = self.list.children();
        let (mut low, mut high) = (0, rows.length());
        while low < high {
            let middle = low + (high - low) / 2;
            match rows.item(middle) {
                Some(row) if !holds(&row) => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    fn offset(&self, row: &Element) -> f64 {
        row.get_bounding_client_rect().top() - self.scroller.get_bounding_client_rect().top()
    }

    fn top(&self) -> f64 {
        // `scroll_top` rounds, and a line that moves by half a pixel each time moves.
        let scroller: &Scrolled = self.scroller.unchecked_ref();
        scroller.scroll_top()
    }

    fn below(&self) -> f64 {
        let beyond = self.scroller.scroll_height() - self.scroller.client_height();
        f64::from(beyond) - self.top()
    }

    fn scroll_to(&self, top: f64) {
        // At once, whatever the style says of smoothness.
        let options = ScrollToOptions::new();
        options.set_top(top);
        options.set_behavior(web_sys::ScrollBehavior::Instant);
        self.scroller.scroll_to_with_scroll_to_options(&options);
        self.last_top.set(self.top());
    }
}

fn seq_of(row: &Element) -> Option<Seq> {
    row.get_attribute("data-seq")?.parse().ok().map(Seq)
}
