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
use crate::state::timeline::{Edge, ScrollTarget};

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
    type ScrollTop;
    #[wasm_bindgen(method, getter, js_name = scrollTop)]
    fn scroll_top(this: &ScrollTop) -> f64;
}

pub(super) struct ScrollAnchor {
    context: RoomContext,
    scroller: HtmlElement,
    list: HtmlElement,
    anchor: RefCell<Option<AnchoredRow>>,
    pinned_to_end: Cell<bool>,
    /// How the scroller stood when that was last looked at.
    last: Cell<ScrollState>,
    /// Whether it is due to be seen whether more rows are wanted.
    request_scheduled: Cell<bool>,
    observer: RefCell<Option<Observer>>,
}

struct Observer {
    sizes: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

/// How a scroller stands, in CSS pixels.
#[derive(Clone, Copy, Default)]
struct ScrollState {
    /// How far it is scrolled.
    top: f64,
    /// How high it is.
    height: i32,
    /// How high what is in it is.
    content: i32,
}

impl ScrollState {
    /// How much there is below.
    fn below(self) -> f64 {
        f64::from(self.content - self.height) - self.top
    }
}

struct AnchoredRow {
    row: Element,
    /// How far its upper edge stands below that of the scroller.
    offset: f64,
    /// How far the scroller was scrolled then.
    top: f64,
}

impl ScrollAnchor {
    pub(super) fn new(context: RoomContext, scroller: HtmlElement, list: HtmlElement) -> Rc<Self> {
        Rc::new(ScrollAnchor {
            context,
            scroller,
            list,
            anchor: RefCell::new(None),
            pinned_to_end: Cell::new(context.view().is_pinned_to_end()),
            last: Cell::default(),
            request_scheduled: Cell::new(false),
            observer: RefCell::new(None),
        })
    }

    /// Watches the sizes of the content and of the scroller itself.
    pub(super) fn observe(self: &Rc<Self>, content: &Element) {
        let anchor = Rc::downgrade(self);
        let callback = Closure::<dyn FnMut()>::new(move || {
            if let Some(anchor) = anchor.upgrade() {
                anchor.restore();
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
    pub(super) fn stop(&self) {
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
        self.restore();
        if !is_own {
            self.record_anchor();
        }
        self.request_rows_soon();
    }

    /// Rows have come or gone: the goal if there is one, else the line as it was.
    pub(super) fn after_rows_changed(self: &Rc<Self>) {
        if !self.scroller.is_connected() {
            return;
        }
        match self.context.view().take_scroll_target() {
            Some(goal) => self.go_to(goal),
            None => self.restore(),
        }
        self.request_rows_soon();
    }

    fn go_to(&self, goal: ScrollTarget) {
        match goal {
            ScrollTarget::End => {
                self.pinned_to_end.set(true);
                self.scroll_to(f64::from(self.scroller.scroll_height()));
            }
            ScrollTarget::Unread(seq) => {
                let headroom = f64::from(self.scroller.client_height()) * HEADROOM;
                self.scroll_row_to(seq, |_| headroom);
            }
            ScrollTarget::Message(seq) => {
                let height = f64::from(self.scroller.client_height());
                let row = self.scroll_row_to(seq, |row| {
                    (height - row.get_bounding_client_rect().height()) / 2.0
                });
                if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    let _ = row.focus_with_options(&options);
                }
            }
        }
        self.record_anchor();
    }

    /// Scrolls so that a row's upper edge stands at a height.
    fn scroll_row_to(&self, seq: Seq, height: impl FnOnce(&Element) -> f64) -> Option<Element> {
        let selector = format!("[data-seq='{seq}']");
        let row = self.list.query_selector(&selector).ok().flatten()?;
        let by = self.offset(&row) - height(&row).max(0.0);
        self.scroll_to(self.top() + by);
        Some(row)
    }

    /// Puts the noted row, or the end, back where it was.
    fn restore(&self) {
        if self.pinned_to_end.get() {
            let now = self.scroll_state();
            if self.has_left_end(now) {
                return self.record_anchor();
            }
            self.last.set(now);
            if now.below() > 0.5 {
                self.scroll_to(f64::from(now.content));
            }
            return self.report_reader();
        }
        let moved = match &mut *self.anchor.borrow_mut() {
            Some(anchor) if anchor.row.is_connected() => {
                // A scroll of the reader's whose event is still to come counts; the
                // browser's own step back from an end that is gone does not.
                let scrolled = self.top() - anchor.top;
                if scrolled > 0.0 || (scrolled < 0.0 && self.scroll_state().below() > 0.5) {
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
            None => self.record_anchor(),
        }
        self.report_reader();
    }

    /// Whether the reader has gone up from the end since that was last looked at. Where
    /// there was less to scroll through for a moment, as the composer or the content has
    /// changed its height, the browser has stepped back, not the reader.
    fn has_left_end(&self, now: ScrollState) -> bool {
        let last = self.last.get();
        now.top < last.top - 0.5
            && now.below() > AT_END
            && now.height == last.height
            && now.content >= last.content
    }

    /// Notes where the reader is.
    fn record_anchor(&self) {
        let now = self.scroll_state();
        let whole = self.context.view().newer.get_untracked() == Edge::End;
        self.pinned_to_end.set(now.below() <= AT_END && whole);
        self.last.set(now);
        let anchor = self.first_in_sight().map(|(row, offset)| AnchoredRow {
            row,
            offset,
            top: now.top,
        });
        self.anchor.replace(anchor);
        self.report_reader();
    }

    /// Says where the reader is.
    fn report_reader(&self) {
        let view = self.context.view();
        let at_end = self.pinned_to_end.get();
        let top = self.anchor.borrow().as_ref().and_then(|a| seq_of(&a.row));
        self.context.client.reader_is_at(&view, top, at_end);
        let away = !at_end && self.list.child_element_count() > 0;
        if self.context.away.try_get_untracked() == Some(!away) {
            let _ = self.context.away.try_set(away);
        }
    }

    /// Has more rows put where the reader is about to come to the last ones: in the next
    /// frame, and so in no frame more than one step of them.
    fn request_rows_soon(self: &Rc<Self>) {
        if !self.request_scheduled.replace(true) {
            let anchor = Rc::downgrade(self);
            browser::next_frame(move || {
                if let Some(anchor) = anchor.upgrade() {
                    anchor.request_scheduled.set(false);
                    anchor.request_rows();
                }
            });
        }
    }

    fn request_rows(&self) {
        if !self.scroller.is_connected() {
            return;
        }
        let view = self.context.view();
        let now = self.scroll_state();
        let screen = f64::from(now.height).max(400.0);
        let near = screen * NEAR;
        let at = |offset: f64| self.row_from(offset).and_then(|(row, _)| seq_of(&row));
        if now.top < near {
            let until = at(f64::from(now.height) + screen * FAR);
            self.context.client.show_older(&view, until);
        }
        if !self.pinned_to_end.get() && now.below() < near {
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
        let scroller: &ScrollTop = self.scroller.unchecked_ref();
        scroller.scroll_top()
    }

    fn scroll_state(&self) -> ScrollState {
        ScrollState {
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
        self.last.set(ScrollState {
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
