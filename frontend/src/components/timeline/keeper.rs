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
use crate::browser;
use crate::state::timeline::{Edge, Goal};

/// Nearer to the end than this is at the end, in CSS pixels.
const AT_END: f64 = 8.0;
/// A part of the screen's height that stays above what was jumped to.
const HEADROOM: f64 = 0.2;
/// So many heights of the screen before the last rows more are put there.
const NEAR: f64 = 1.5;
/// Farther than so many heights of the screen no rows are kept when others come: they
/// cost time in every frame. More than [`NEAR`], or they would come and go for ever.
const FAR: f64 = 2.0;

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
    /// How the scroller stood when that was last looked at.
    last: Cell<Stand>,
    /// Whether it is due to be seen whether more rows are wanted.
    reaching: Cell<bool>,
    observer: RefCell<Option<Observer>>,
}

struct Observer {
    sizes: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

/// How a scroller stands, in CSS pixels.
#[derive(Clone, Copy, Default)]
struct Stand {
    /// How far it is scrolled.
    top: f64,
    /// How high it is.
    height: i32,
    /// How high what is in it is.
    content: i32,
}

impl Stand {
    /// How much there is below.
    fn below(self) -> f64 {
        f64::from(self.content - self.height) - self.top
    }
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
            last: Cell::default(),
            reaching: Cell::new(false),
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
    pub(super) fn scrolled(self: &Rc<Self>) {
        if !self.scroller.is_connected() {
            return;
        }
        // The event comes late: what has grown since the scroll is put right first, and
        // a scroll of our own changes nothing in where the reader is.
        let is_own = (self.top() - self.last.get().top).abs() < 0.5;
        self.hold();
        if !is_own {
            self.note();
        }
        self.reach_soon();
    }

    /// Rows have come or gone: the goal if there is one, else the line as it was.
    pub(super) fn settle(self: &Rc<Self>) {
        if !self.scroller.is_connected() {
            return;
        }
        match self.context.view().take_goal() {
            Some(goal) => self.go_to(goal),
            None => self.hold(),
        }
        self.reach_soon();
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
        if self.following.get() {
            let now = self.stand();
            if self.has_left_end(now) {
                return self.note();
            }
            self.last.set(now);
            if now.below() > 0.5 {
                self.scroll_to(f64::from(now.content));
            }
            return self.tell();
        }
        let moved = match &mut *self.anchor.borrow_mut() {
            Some(anchor) if anchor.row.is_connected() => {
                // A scroll of the reader's whose event is still to come counts; the
                // browser's own step back from an end that is gone does not.
                let scrolled = self.top() - anchor.top;
                if scrolled > 0.0 || (scrolled < 0.0 && self.stand().below() > 0.5) {
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

    /// Whether the reader has gone up from the end since that was last looked at. Where
    /// there was less to scroll through for a moment, as the composer or the content has
    /// changed its height, the browser has stepped back, not the reader.
    fn has_left_end(&self, now: Stand) -> bool {
        let last = self.last.get();
        now.top < last.top - 0.5
            && now.below() > AT_END
            && now.height == last.height
            && now.content >= last.content
    }

    /// Notes where the reader is.
    fn note(&self) {
        let now = self.stand();
        let whole = self.context.view().newer.get_untracked() == Edge::End;
        self.following.set(now.below() <= AT_END && whole);
        self.last.set(now);
        let anchor = self.first_in_sight().map(|(row, offset)| Anchor {
            row,
            offset,
            top: now.top,
        });
        self.anchor.replace(anchor);
        self.tell();
    }

    /// Says where the reader is.
    fn tell(&self) {
        let view = self.context.view();
        let at_end = self.following.get();
        let top = self.anchor.borrow().as_ref().and_then(|a| seq_of(&a.row));
        self.context.client.reader_is_at(&view, top, at_end);
        let away = !at_end && self.list.child_element_count() > 0;
        if self.context.away.try_get_untracked() == Some(!away) {
            let _ = self.context.away.try_set(away);
        }
    }

    /// Has more rows put where the reader is about to come to the last ones: in the next
    /// frame, and so in no frame more than one step of them.
    fn reach_soon(self: &Rc<Self>) {
        if !self.reaching.replace(true) {
            let keeper = Rc::downgrade(self);
            browser::next_frame(move || {
                if let Some(keeper) = keeper.upgrade() {
                    keeper.reaching.set(false);
                    keeper.reach();
                }
            });
        }
    }

    fn reach(&self) {
        if !self.scroller.is_connected() {
            return;
        }
        let view = self.context.view();
        let now = self.stand();
        let screen = f64::from(now.height).max(400.0);
        let near = screen * NEAR;
        let at = |offset: f64| self.row_from(offset).and_then(|(row, _)| seq_of(&row));
        if now.top < near {
            let until = at(f64::from(now.height) + screen * FAR);
            self.context.client.show_older(&view, until);
        }
        if !self.following.get() && now.below() < near {
            let from = at(-screen * FAR);
            self.context.client.show_newer(&view, from);
        }
    }

    /// The first row whose upper edge is in sight, and how far below that of the
    /// scroller; a row that fills the whole screen otherwise. What grows above such an
    /// edge does not move it.
    fn first_in_sight(&self) -> Option<(Element, f64)> {
        let height = f64::from(self.scroller.client_height());
        let above = match self.row_from(0.0) {
            Some((row, offset)) if offset < height => return Some((row, offset)),
            Some((row, _)) => row.previous_element_sibling()?,
            None => self.list.last_element_child()?,
        };
        let offset = self.offset(&above);
        Some((above, offset))
    }

    /// The first row whose upper edge stands so far below that of the scroller, or
    /// farther, and how far it does.
    fn row_from(&self, least: f64) -> Option<(Element, f64)> {
        let rows = self.list.children();
        let upper = top_of(&self.scroller);
        let offset = |at: u32| {
            let row = rows.item(at)?;
            let offset = top_of(&row) - upper;
            Some((row, offset))
        };
        // Rows stand in their order.
        let (mut low, mut high) = (0, rows.length());
        while low < high {
            let middle = low + (high - low) / 2;
            match offset(middle) {
                Some((_, offset)) if offset < least => low = middle + 1,
                _ => high = middle,
            }
        }
        offset(low)
    }

    fn offset(&self, row: &Element) -> f64 {
        top_of(row) - top_of(&self.scroller)
    }

    fn top(&self) -> f64 {
        // `scroll_top` rounds, and a line that moves by half a pixel each time moves.
        let scroller: &Scrolled = self.scroller.unchecked_ref();
        scroller.scroll_top()
    }

    fn stand(&self) -> Stand {
        Stand {
            top: self.top(),
            height: self.scroller.client_height(),
            content: self.scroller.scroll_height(),
        }
    }

    fn scroll_to(&self, top: f64) {
        // At once, whatever the style says of smoothness.
        let options = ScrollToOptions::new();
        options.set_top(top);
        options.set_behavior(web_sys::ScrollBehavior::Instant);
        self.scroller.scroll_to_with_scroll_to_options(&options);
        self.last.set(Stand {
            top: self.top(),
            ..self.last.get()
        });
    }
}

fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

fn seq_of(row: &Element) -> Option<Seq> {
    row.get_attribute("data-seq")?.parse().ok().map(Seq)
}
